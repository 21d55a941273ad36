package ui

import "strings"

// refusalID joins a button with the sentence that says why it is refused.
func refusalID(act Act) string {
	return "why-not-" + strings.ToLower(strings.ReplaceAll(act.Text, " ", "-"))
}
