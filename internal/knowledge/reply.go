package knowledge

import (
	"parley/internal/account"
	"parley/internal/bot"
)

// Question is an inbound text to be answered.
type Question struct {
	// Office is the office whose number was texted; 0 asks only what the whole organization shares.
	Office account.OfficeID
	Text   string
	// Last is the answer that the bot gave last in this conversation, and Asked are the answers between
	// which it asked to choose last, in that order; see Library.Ask. 0 and nil are a text that stands alone.
	Last  AnswerID
	Asked []AnswerID
}

// ReplyKind says what a text was taken for.
type ReplyKind string

// The kinds of reply. The last two go to a person at once, whatever the bot might know.
const (
	Answered       ReplyKind = "answer"
	SmallTalk      ReplyKind = "small_talk"
	Unknown        ReplyKind = "unknown"
	Clarify        ReplyKind = "clarify"          // asks which of two answers is meant
	AskedForPerson ReplyKind = "asked_for_person" // in words, or by being angry
	Crisis         ReplyKind = "crisis"           // somebody may be in danger
)

// Reply is what the bot says to a text, and why.
type Reply struct {
	Kind     ReplyKind
	AnswerID AnswerID // for an answer
	Title    string   // of the answer, or the kind of small talk
	// Text is what to send, empty for silence. An answer's may hold merge fields, each with a default
	// of its own, to be filled in for the contact with sms.ParseTemplate.
	Text string
	// Confidence is the estimated probability that the best match is right; below Threshold it is
	// not given.
	Confidence, Threshold float64
	// Closest is the title of the nearest answer when the bot does not know or hands over, empty if
	// none is near.
	Closest   string
	ClosestID AnswerID
	// Also are the other answers in Text, where several questions were answered at once; Offered are
	// those that a clarifying question names, to be handed back as Question.Asked.
	Also, Offered []AnswerID
}

// HandsOver says whether a person must see the conversation, beyond what the response policy says.
func (k ReplyKind) HandsOver() bool { return k == AskedForPerson || k == Crisis }

// smallTalkText greets back. Thanks, ok and bye are answered with silence: a bot that always has
// the last word is a nuisance, and each text costs money.
func smallTalkText(s bot.SmallTalk, language Language) string {
	if s != bot.Greeting {
		return ""
	}
	if language == bot.Spanish {
		return "¡Hola! ¿En qué le podemos ayudar?"
	}
	return "Hi! What can we help you with?"
}
