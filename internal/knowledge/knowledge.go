// Package knowledge holds what an organization's bot may say: answers, each with the ways people
// ask for it, and the trained bot that serves them.
//
// A [Library] answers texts; a [Desk] is what a signed-in person may do with the answers. The
// package does not know how texts arrive or leave, whose turn it is in a conversation, nor what
// happens when the bot does not know: it decides and explains, it sends nothing.
package knowledge

import (
	"parley/internal/account"
	"parley/internal/bot"
)

// AnswerID names an answer within an organization.
type AnswerID int64

// Language is a lower-case ISO 639-1 code such as "en".
type Language = bot.Language

// scope is whose answers a model is trained from: those of the whole organization and, where office
// is not 0, those of that office too.
type scope struct {
	org    account.OrgID
	office account.OfficeID
}

// Topic is the event that every edit publishes; Library.Refresh is what to do about it.
const Topic = "knowledge"
