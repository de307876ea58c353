// The restorable windows of a source from left to right, with its snapshots on them.

import {h} from './elements.js';
import {clock, count, day, moment, bytes} from './quantities.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [1000, 2000, 5000, 10_000, 15_000, 30_000, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE,
  30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 90 * DAY,
  180 * DAY, 365 * DAY];
const TICKS = 4;
const LEAST_SPAN = 10_000;

/** @param heard when something last came from every stage: up to then an open window goes for certain */
export function timeline(windows, snapshots, now, heard) {
  const starts = [...windows.map((window) => Date.parse(window.from_time)),
    ...snapshots.map((snapshot) => Date.parse(snapshot.time))];
  const to = now.getTime();
  const from = Math.min(...starts, to - LEAST_SPAN);
  const scale = (time) => 100 * (time - from) / (to - from);
  return h('div', {class: 'timeline'},
    h('div', {class: 'track'},
      windows.map((window) => piece(window, scale, now, heard)),
      snapshots.map((snapshot) => mark(snapshot, scale, now))),
    h('div', {class: 'ticks', 'aria-hidden': 'true'}, ticks(from, to).map((tick) => label(tick, scale))));
}

function piece(window, scale, now, heard) {
  const begin = Date.parse(window.from_time);
  const open = window.to_lsn === null;
  const end = open ? Math.max(begin, heard.getTime()) : Date.parse(window.to_time);
  const until = open
    ? 'the last change'
    : `${moment(new Date(end), now)} (LSN ${window.to_lsn_text}), then ${window.then}`;
  const holes = window.holes.map((each) => hole(each, end, now));
  const element = h('div', {
    class: open ? 'window open' : 'window closed',
    title: `any moment from ${moment(new Date(begin), now)} (LSN ${window.from_lsn_text}) to ${until}`,
  }, holes.map((each) => stretch(each.begin, each.end, {class: 'hole', title: each.title}, holeScale(begin, end))));
  element.style.left = `${scale(begin)}%`;
  element.style.width = `${Math.max(0, scale(end) - scale(begin))}%`;
  return element;
}

function hole(each, windowEnd, now) {
  const begin = Date.parse(each.from_time);
  const end = each.to_time === null ? windowEnd : Date.parse(each.to_time);
  const seconds = Math.round((end - begin) / 100) / 10;
  return {begin, end, title: `no moment for ${seconds} s from ${moment(new Date(begin), now)}: ${each.reason}`};
}

function holeScale(begin, end) {
  return (time) => 100 * (time - begin) / Math.max(1, end - begin);
}

function stretch(begin, end, attributes, scale) {
  const element = h('div', attributes);
  element.style.left = `${scale(begin)}%`;
  element.style.width = `${Math.max(0, scale(end) - scale(begin))}%`;
  return element;
}

function mark(snapshot, scale, now) {
  const date = new Date(snapshot.time);
  const element = h('div', {
    class: 'mark',
    title: `${snapshot.id}\n${moment(date, now)}, LSN ${snapshot.lsn_text}\n`
      + `${count(snapshot.files)} files, ${bytes(snapshot.bytes)}\n${snapshot.path}`,
  });
  element.style.left = `${scale(date.getTime())}%`;
  return element;
}

/** Whole steps of the reader's clock. */
function ticks(from, to) {
  const step = STEPS.find((each) => (to - from) / each <= TICKS) ?? STEPS.at(-1);
  const zone = new Date(to).getTimezoneOffset() * MINUTE;
  const times = [];
  for (let time = Math.ceil((from - zone) / step) * step + zone; time <= to; time += step) {
    times.push({time, step});
  }
  return times;
}

function label({time, step}, scale) {
  const date = new Date(time);
  const text = step >= DAY ? day(date) : clock(date, step < MINUTE);
  const element = h('span', {}, text);
  const place = scale(time);
  element.className = place < 6 ? 'first' : place > 94 ? 'last' : '';
  element.style.left = `${place}%`;
  return element;
}
