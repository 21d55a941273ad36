package bot

// SmallTalk is what people text that asks for nothing.
type SmallTalk uint8

// The kinds of small talk that every model knows, in English and Spanish.
const (
	NoSmallTalk     SmallTalk = iota
	Greeting                  // "hi"
	Thanks                    // "thx so much"
	Acknowledgement           // "ok sounds good"
	Farewell                  // "bye"
)

var smallTalkNames = [...]string{"", "greeting", "thanks", "acknowledgement", "farewell"}

// String is a lower-case English word, empty for NoSmallTalk.
func (s SmallTalk) String() string { return smallTalkNames[s] }

const (
	// ownSmallTalk is how similar an answer of the organization's has to be to
	// a kind of small talk, as the cosine of their centroids, to replace it.
	// Answers on small talk reach 0.53 to 0.67, others stay below 0.3.
	ownSmallTalk = 0.5
	// nothingElse is the share of a text, by idf, that has to be in words of
	// small talk for the text to be nothing but that.
	nothingElse = 0.65
)

// smallTalkClasses are part of every model.
func smallTalkClasses() []class {
	return append(readSmallTalk(English, smallTalkEnglish), readSmallTalk(Spanish, smallTalkSpanish)...)
}

func readSmallTalk(language Language, list string) []class {
	var classes []class
	for _, s := range readSections(list)[1:] {
		for kind, name := range smallTalkNames {
			if name == s.name {
				classes = append(classes, class{
					kind: KindSmallTalk, smallTalk: SmallTalk(kind), language: language, texts: s.lines,
				})
			}
		}
	}
	return classes
}

// replaced lists the classes of small talk that the organization has an answer
// of its own for, in the same language.
func replaced(classes []class, centroids [][]term) map[int]bool {
	gone := map[int]bool{}
	for s, talk := range classes {
		if talk.kind != KindSmallTalk {
			continue
		}
		for a, answer := range classes {
			if answer.kind == KindAnswer && answer.language == talk.language &&
				dot(centroids[s], centroids[a]) > ownSmallTalk {
				gone[s] = true
			}
		}
	}
	return gone
}
