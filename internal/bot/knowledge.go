package bot

// AnswerID names an answer of the caller's. The bot only hands it back.
type AnswerID int64

// Language is a lower-case ISO 639-1 code such as "en".
type Language string

// The languages whose abbreviations, common words, small talk and warning
// phrases the bot brings along. Answers may be in any other language too.
const (
	English Language = "en"
	Spanish Language = "es"
)

// Answer is one answer in one language, known by the ways people ask for it.
//
// The same ID may appear once for each language it is written in; the language
// of the variant that matched is then the language to reply in. Where a text is
// plainly in one of the answers' languages, those in it come before the others.
type Answer struct {
	ID       AnswerID
	Language Language
	// Variants are questions as people text them. Blank ones are ignored, and
	// so are those that repeat another of the same answer.
	Variants []string
}

// Knowledge is all that a model is trained from. The order of the answers and
// of their variants does not matter for what the model knows.
type Knowledge struct {
	Answers []Answer
}

// Encoder turns a text into a dense vector, to be used beside the words
// themselves. None is needed; word vectors or a sentence encoder may plug in.
//
// An Encoder must always give the same vector for the same text, and must be
// safe for concurrent use.
type Encoder interface {
	// Dimensions is the length of every vector.
	Dimensions() int
	// Encode is given normalised text. A vector of zeros says that the encoder
	// knows nothing of it.
	Encode(text string) []float32
}
