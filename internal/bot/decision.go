package bot

// Kind says what a text was taken for.
type Kind uint8

const (
	// Unknown is a text that the bot is not sure enough of.
	Unknown Kind = iota
	// KindAnswer is a question that an answer of the knowledge base answers.
	KindAnswer
	// KindSmallTalk is a text that asks for nothing.
	KindSmallTalk
)

var kindNames = [...]string{"unknown", "answer", "small talk"}

func (k Kind) String() string { return kindNames[k] }

// Threshold is the lowest confidence that is acted on, from 0 to 1.
type Threshold float64

// The thresholds that an organization chooses from.
const (
	Cautious Threshold = 0.7
	Balanced Threshold = 0.5
	Eager    Threshold = 0.3
)

// Decision is what a model makes of one text.
type Decision struct {
	// Kind is Unknown where no match is as sure as the threshold asked for.
	Kind Kind
	// AnswerID is set where Kind is KindAnswer.
	AnswerID AnswerID
	// SmallTalk is set where Kind is KindSmallTalk.
	SmallTalk SmallTalk
	// Language to reply in: that of the best match, also where Kind is Unknown.
	// It is empty where nothing matched at all.
	Language Language
	// Confidence is the estimated probability, from 0 to 1, that the best match
	// is right, whatever the Kind. It is 1 for a known variant word for word.
	Confidence float64
	// Matches are the best few, most confident first.
	Matches []Match
	// Normalised is the text as the model read it, with abbreviations and
	// spelling resolved.
	Normalised string
	// Evidence is what the confidence of the best match was computed from.
	Evidence Evidence
}

// Match is one answer, or kind of small talk, that a text may ask for.
type Match struct {
	Kind       Kind // never Unknown
	AnswerID   AnswerID
	SmallTalk  SmallTalk
	Language   Language
	Confidence float64
	// Variant is the most similar of its variants, as it was written.
	Variant string
}

// Evidence explains a confidence.
type Evidence struct {
	// Exact says that the text is a known variant, word for word.
	Exact bool
	// Score is the classifier's margin: above 0 it is for the match, and 1 is
	// the distance it keeps from what it was trained on. A match in another
	// language than the text's has 0.3 less, where there are answers in the latter.
	Score float64
	// Coverage is the share, from 0 to 1, of what the text says that the
	// match's variants have words for.
	Coverage float64
	// Similarity, from 0 to 1, is the cosine between the text and the mean of
	// the match's variants.
	Similarity float64
}
