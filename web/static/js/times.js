// Keeps "11 min ago" and "18 min" true while a page stays open. Days are left
// as they are: they belong to the organization's zone, which the server knows.

export function startTimes() {
  setInterval(() => document.querySelectorAll("time[data-relative]").forEach(update), 20000);
}

function update(time) {
  const minutes = Math.floor((Date.now() - new Date(time.dateTime)) / 60000);
  const text = words[time.dataset.relative](minutes, time.lastChild.data);
  if (text !== time.lastChild.data) time.lastChild.data = text;
}

const words = {
  ago(minutes, shown) {
    if (minutes < 1) return "just now";
    if (minutes < 60) return `${minutes} min ago`;
    return /min ago|h ago|just now/.test(shown) ? `${Math.floor(minutes / 60)} h ago` : shown;
  },
  wait(minutes) {
    if (minutes < 60) return `${Math.max(0, minutes)} min`;
    if (minutes < 2880) return `${Math.floor(minutes / 60)} h`;
    return `${Math.floor(minutes / 1440)} days`;
  },
};
