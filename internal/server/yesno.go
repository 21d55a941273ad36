package server

import (
	"fmt"

	"parley/internal/outreach"
	"parley/web/ui"
)

// saidWords are the answers to a yes or no question in words.
var saidWords = map[outreach.Answer]string{outreach.SaidYes: "Said yes", outreach.SaidNo: "Said no", outreach.SaidOther: "Said something else"}

// answerFigures are how many people gave which answer to a yes or no question.
func answerFigures(c outreach.Campaign, p outreach.Progress) []ui.Figure {
	if c.ContentType != outreach.YesNo {
		return nil
	}
	answered := max(1, p.SaidYes+p.SaidNo+p.SaidOther)
	figure := func(label string, n int, definition string) ui.Figure {
		return ui.Figure{Label: label, Value: ui.Count(n), Aside: fmt.Sprintf("%d%%", n*100/answered), Definition: definition}
	}
	return []ui.Figure{
		figure("Said yes", p.SaidYes, "people whose latest answer is a yes, of all who answered"),
		figure("Said no", p.SaidNo, "people whose latest answer is a no, of all who answered"),
		figure("Said something else", p.SaidOther, "people whose latest answer is neither, of all who answered"),
	}
}
