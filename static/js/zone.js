// Times are told in the reader's zone, unless the page fixes one: <html data-zone="Europe/Berlin">, as a wall may.
const timeZone = document.documentElement.dataset.zone || undefined;

export const clockIn = (shape) => new Intl.DateTimeFormat("en-GB", { ...shape, timeZone });
