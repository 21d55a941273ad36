package ui

import (
	"fmt"
)

// htmxConfig keeps htmx within the content security policy: nothing evaluated,
// no style element of its own, no request to another host. A conflict (409) and
// a form that was refused (422) are shown in place like any answer.
const htmxConfig = `{"allowEval":false,"includeIndicatorStyles":false,"selfRequestsOnly":true,"historyCacheSize":0,"refreshOnHistoryMiss":true,` +
	`"responseHandling":[{"code":"204","swap":false},{"code":"[23]..","swap":true},` +
	`{"code":"409|422","swap":true,"error":true},{"code":"[45]..","swap":false,"error":true}]}`

// documentTitle counts who waits first, so that a tab in the background tells.
func documentTitle(shell Shell, frame Frame) string {
	if shell.Waiting > 0 {
		return fmt.Sprintf("(%d) %s · Parley", shell.Waiting, frame.Title)
	}
	return frame.Title + " · Parley"
}

// dashes are those of a circle whose length counts as 100.
func dashes(percent int) string { return fmt.Sprintf("%d 100", percent) }
