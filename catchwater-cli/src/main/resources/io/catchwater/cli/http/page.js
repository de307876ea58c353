// Fetches /api/status every second and shows it.

import {bar, h, patchChildren, table} from './elements.js';
import {bytes, clock, count, moment, rate, seconds, throttle} from './quantities.js';
import {timeline} from './timeline.js';

const REFRESH_MS = 1000;
const ANSWER_LIMIT_MS = 5000;
const SNAPSHOTS_SHOWN = 8;
const LINES_SHOWN = 5;
const ERRORS = new Set(['FAILED', 'REJECTED']);

const place = (id) => document.getElementById(id);
let lastAnswer = null;

async function refresh() {
  try {
    const response = await fetch('api/status', {cache: 'no-store', signal: AbortSignal.timeout(ANSWER_LIMIT_MS)});
    if (!response.ok) {
      throw new Error(`${response.status} ${await response.text()}`);
    }
    const status = await response.json();
    lastAnswer = new Date(status.time);
    show(status, lastAnswer);
  } catch (error) {
    document.body.classList.add('stale');
    const since = lastAnswer === null ? '' : ` since ${clock(lastAnswer)}: what is shown is from then`;
    alert(`No answer from ${location.host}${since}. Trying again.`);
  }
  setTimeout(refresh, REFRESH_MS);
}

function alert(text) {
  place('problem').textContent = text;
  place('problem').hidden = text === '';
}

function show(status, now) {
  document.body.classList.remove('stale');
  alert(status.problem === '' ? '' : `What is shown may be old: ${status.problem}`);
  place('updated').textContent = clock(now);
  patchChildren(place('sources'), status.sources.length === 0
    ? [h('p', {class: 'empty'}, 'No sources yet.')]
    : status.sources.map((source) => card(source, status, now)));
  const ended = status.snapshots.ended;
  place('ended').hidden = ended.length === 0;
  patchChildren(place('ended'), [h('h2', {}, 'Last commands'), ends(ended, now)]);
}

function card(source, status, now) {
  const mine = (each) => each.source === source.source;
  const running = status.snapshots.running.filter(mine);
  const sealed = status.snapshots.sealed.filter(mine);
  const windows = status.windows.filter(mine);
  return h('article', {class: 'card', 'data-source': source.source},
    h('h2', {}, source.source,
      source.health === 'degraded' ? h('span', {class: 'degraded', role: 'status'}, ' DEGRADED') : null),
    h('p', {class: 'way'}, source.directories.join(', ') || 'a source', h('span', {class: 'arrow'}, ' → '), source.path),
    h('ol', {class: 'stages'}, source.stages.map(stage)),
    numbers(source),
    notes(source, now),
    running.length === 0 ? null : [h('h3', {}, 'Running'), ...running.map(command)],
    h('h3', {}, restorable(source, windows, now)),
    windows.length === 0 && sealed.length === 0
      ? h('p', {class: 'empty'}, 'No moment yet: the first copy is not complete.')
      : timeline(windows, sealed, now, new Date(now.getTime() - 1000 * silence(source))),
    sealed.length === 0 ? null : snapshots(sealed, now));
}

/** Seconds since something came from every stage that should say something; 0 while all of them do. */
function silence(source) {
  return Math.max(0, ...source.stages.filter((each) => each.state === 'silent').map((each) => each.silent_seconds));
}

function restorable(source, windows, now) {
  const last = windows.at(-1);
  if (last === undefined) {
    return 'Restorable';
  }
  const from = moment(new Date(last.from_time), now);
  return last.to_lsn === null
    ? `Any moment from ${from} to ${silence(source) === 0 ? 'now' : `LSN ${source.lsn_text}`} can be restored`
    : `Any moment from ${from} to ${moment(new Date(last.to_time), now)} can be restored; then ${last.then}`;
}

function stage(each) {
  const silent = each.silent_seconds !== null && each.state === 'silent';
  const words = {
    running: each.phase, silent: silent ? `silent for ${seconds(each.silent_seconds)}` : 'silent',
    idle: 'nothing to do', failed: 'failed', unknown: 'listening …',
  };
  return h('li', {class: `stage ${each.state}`},
    h('span', {class: 'dot', 'aria-hidden': 'true'}),
    h('b', {}, each.stage), ' ', h('span', {class: 'phase'}, words[each.state] ?? each.state));
}

function numbers(source) {
  const behind = source.lag_bytes === 0 ? 'nothing' : bytes(source.lag_bytes);
  const age = source.lag_seconds > 0 ? `, ${seconds(source.lag_seconds)}` : '';
  const figures = [
    ['behind', behind + age],
    ['changes', rate(source.changes_per_second)],
    ['writes', rate(source.bytes_per_second)],
    ['throttle', throttle(source.throttle)],
    ['at LSN', source.lsn_text],
  ];
  return h('dl', {class: 'numbers'}, figures.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))));
}

function notes(source, now) {
  const lines = (source.health_lines ?? []).map((line) => h('li', {class: 'error'}, line));
  const captured = source.captured ?? [];
  if (captured.length > 0) {
    const names = captured.slice(-LINES_SHOWN).map((each) =>
      `${each.program} (pid ${each.pid}) since ${moment(new Date(each.since), now)}`);
    const more = source.captured_count - names.length;
    lines.push(h('li', {}, `Captured: ${names.join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}`));
  }
  if (!source.converging) {
    lines.push(h('li', {class: 'warning'}, 'Changes arrive faster than the throttle lets them go.'));
  }
  if (source.error_string !== '') {
    lines.push(h('li', {class: 'error'}, source.error_string));
  }
  if (source.last_error !== null) {
    const error = source.last_error;
    const whose = error.id === '' ? '' : `${error.id}: `;
    lines.push(h('li', {class: 'error'},
      `Last error, ${moment(new Date(error.time), now)}: ${whose}${error.error_string} (errno ${error.error_code})`));
  }
  lines.push(...source.uncovered.slice(0, LINES_SHOWN).map((line) => h('li', {class: 'warning'}, line)));
  if (source.uncovered.length > LINES_SHOWN) {
    lines.push(h('li', {class: 'warning'}, `and ${count(source.uncovered.length - LINES_SHOWN)} more like these`));
  }
  return lines.length === 0 ? null : h('ul', {class: 'notes'}, lines);
}

function command(each) {
  const details = [
    each.bytes_total > 0 ? `${bytes(each.bytes_done)} of ${bytes(each.bytes_total)}` : null,
    each.files_total > 0 ? `${count(each.files_done)} of ${count(each.files_total)} files` : null,
    each.bytes_per_second > 0 ? rate(each.bytes_per_second) : null,
    each.throttle >= 0 && each.state !== 'PAUSED' ? `limit ${throttle(each.throttle)}` : null,
    each.seconds_remaining === null ? null : `${seconds(each.seconds_remaining)} left`,
  ];
  const waiting = each.state === 'ACCEPTED';
  return h('div', {class: `command ${each.state.toLowerCase()}`, 'data-id': each.id},
    h('div', {class: 'row'},
      h('b', {class: 'id'}, each.id),
      h('span', {class: 'phase'}, each.state === 'PAUSED' ? 'paused' : each.phase),
      h('span', {class: 'percent'}, waiting ? '' : `${each.percent_done.toFixed(1)} %`)),
    bar(each.percent_done, {'aria-label': each.id}),
    h('p', {class: 'details'}, details.filter((detail) => detail !== null).join(' · ')),
    h('p', {class: 'details'}, 'to ', each.path),
    each.progress_text === '' && each.current_file === '' ? null
      : h('p', {class: 'details words'}, each.progress_text || each.current_file));
}

function snapshots(sealed, now) {
  const newest = sealed.slice(-SNAPSHOTS_SHOWN).reverse();
  const rows = newest.map((snapshot) => [snapshot.id, moment(new Date(snapshot.time), now), snapshot.lsn_text,
    count(snapshot.files), bytes(snapshot.bytes), snapshot.path]);
  const older = sealed.length - newest.length;
  return h('div', {class: 'snapshots'},
    table(['Snapshot', 'Cut at', 'LSN', 'Files', 'Size', 'Directory'], ['Snapshot', 'Directory'], rows),
    older === 0 ? null : h('p', {class: 'empty'}, `and ${count(older)} older`));
}

function ends(ended, now) {
  const rows = ended.map((each) => [moment(new Date(each.time), now), each.id, each.source,
    h('span', {class: ERRORS.has(each.state) ? 'state error' : `state ${each.state.toLowerCase()}`},
      each.state.toLowerCase()),
    each.error_string === '' ? each.path : `${each.error_string} (errno ${each.error_code})`]);
  return table(['When', 'Command', 'Source', 'Ended', 'Outcome'], ['Command', 'Outcome'], rows);
}

refresh();
