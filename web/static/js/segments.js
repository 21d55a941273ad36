// How many texts the phone network makes of one. The server counts again, and
// its count is the one that is paid for.

const basic =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const extended = "^{}\\[~]|€\f"; // two places each, never split between texts

const plain = new Map(
  Object.entries({
    "‘": "'", "’": "'", "‚": ",", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "…": "...",
    "\u00a0": " ", "\u202f": " ", "\t": " ", "`": "'", "´": "'", "•": "-",
  }),
);

// toPlain puts the look-alike that every phone knows in the place of what a
// word processor likes to type.
export function toPlain(text) {
  return [...text].map((letter) => plain.get(letter) ?? letter).join("");
}

// segments counts texts, the places used, and the room in so many texts.
export function segments(text) {
  const letters = [...text];
  if (letters.every((letter) => basic.includes(letter) || extended.includes(letter))) {
    return pack(letters, (letter) => (extended.includes(letter) ? 2 : 1), 160, 153);
  }
  return pack(graphemes(text), (letter) => letter.length, 70, 67);
}

function graphemes(text) {
  if (!Intl.Segmenter) return [...text];
  return [...new Intl.Segmenter().segment(text)].map((part) => part.segment);
}

function pack(letters, width, single, each) {
  const used = letters.reduce((sum, letter) => sum + width(letter), 0);
  if (used <= single) return { texts: used > 0 ? 1 : 0, used, room: single };
  let texts = 1;
  let filled = 0;
  for (const letter of letters) {
    if (filled + width(letter) > each) {
      texts++;
      filled = 0;
    }
    filled += width(letter);
  }
  return { texts, used, room: texts * each };
}
