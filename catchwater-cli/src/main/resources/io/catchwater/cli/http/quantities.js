// Numbers and times as people read them: sizes decimal, as on the command line; times in the reader's own zone.

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];

export function bytes(count) {
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 ? 0 : value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

export function rate(bytesPerSecond) {
  return `${bytes(bytesPerSecond)}/s`;
}

export function throttle(limit) {
  return limit < 0 ? 'none' : limit === 0 ? 'stands still' : rate(limit);
}

export function seconds(count) {
  if (count < 9.95) {
    return `${count.toFixed(1)} s`;
  }
  const whole = Math.round(count);
  if (whole < 60) {
    return `${whole} s`;
  }
  const pad = (number) => String(number).padStart(2, '0');
  if (whole < 3600) {
    return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  }
  if (whole < 86400) {
    return `${Math.floor(whole / 3600)} h ${pad(Math.floor(whole % 3600 / 60))} min`;
  }
  return `${Math.floor(whole / 86400)} d ${pad(Math.floor(whole % 86400 / 3600))} h`;
}

export function count(number) {
  return number.toLocaleString('en-US');
}

export function day(date) {
  const pad = (number) => String(number).padStart(2, '0');
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

export function clock(date, withSeconds = true) {
  const pad = (number) => String(number).padStart(2, '0');
  return [date.getHours(), date.getMinutes(), ...(withSeconds ? [date.getSeconds()] : [])].map(pad).join(':');
}

/** The time alone where the day is that of now. */
export function moment(date, now) {
  return day(date) === day(now) ? clock(date) : `${day(date)} ${clock(date)}`;
}
