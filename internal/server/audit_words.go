package server

import (
	"cmp"
	"fmt"

	"parley/internal/account"
)

// The audit's verbs and subjects as people say them. What is missing here reads as it is stored.
var (
	didWhat = map[string]string{"begin": "began", "edit": "changed", "add": "added", "clone": "cloned", "warn": "warned of the end of",
		"launch": "launched", "schedule": "scheduled", "reschedule": "moved the launch of", "unschedule": "took back to a draft",
		"hold back": "did not launch", "pause": "paused", "resume": "resumed", "archive": "archived", "clear": "cleared",
		"switch mode": "switched the mode of", "switch modes": "switched the modes of", "opt out": "opted out the person of",
		"hand over": "handed over", "start": "started", "retry": "tried again", "rename": "renamed", "remove": "removed", "make": "made",
		"release": "released", "reactivate": "let in again", "deactivate": "shut out", "import": "imported", "dismiss": "dismissed",
		"test": "sent a test of", "delete": "deleted", "correct": "marked as wrong the bot’s answer to", "withdraw": "took back the mark on the bot’s answer to",
		"choose": "chose an answer for", "cancel": "cancelled"}
	ofWhat = map[string]string{"app_user": "user", "contact_import": "import", "contact_list": "contact list", "phone_number": "phone number",
		"message": "text", "webhook": "carrier request"}
)

// auditWords says an entry of the audit as something that happened: "launched campaign 7".
func auditWords(e account.Entry) string {
	return fmt.Sprintf("%s %s %d", cmp.Or(didWhat[e.Verb], e.Verb), cmp.Or(ofWhat[e.Subject], e.Subject), e.SubjectID)
}
