package bot

import "unsafe"

// Bytes is about the memory that the model holds. The word lists, which all
// models share, and the encoder are not counted.
func (m *Model) Bytes() int {
	// A map's entry beside what it points to: two words and a share of the
	// slots that are free.
	const entry = 32
	const header = int(unsafe.Sizeof(""))
	n := int(unsafe.Sizeof(*m)) + len(m.talk) + 4*len(m.bias)
	n += 12 * len(m.lexicon.features)
	n += 4*len(m.postings.start) + int(unsafe.Sizeof(posting{}))*len(m.postings.entries)
	for words := range m.exact {
		n += len(words) + entry
	}
	for _, w := range m.speller.words {
		n += len(w) + header + entry
	}
	n += int(unsafe.Sizeof(spelling{})) * len(m.speller.index)
	for _, k := range m.classes {
		n += int(unsafe.Sizeof(k))
		for i, text := range k.texts {
			n += len(text) + header + int(unsafe.Sizeof(k.words[i])) + 4*len(k.words[i])
		}
	}
	for _, e := range m.exams {
		n += int(unsafe.Sizeof(e)) + entry + int(unsafe.Sizeof(Mistake{}))*len(e.Mistakes)
	}
	return n
}
