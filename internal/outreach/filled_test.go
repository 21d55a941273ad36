package outreach_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFilled_IsWhatTheBotWouldSend(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.launch(w.draft("Open day", "Coming?", askBot, "ada"))
	w.fields("ada", `{"advisor": "Dr. Sato"}`)
	w.text("ada", "can my llama come")
	got, err := w.desk(w.agent).Filled(w.ctx, w.conversation("ada").ID, "Ask {{advisor|us}}, {{hall|any day}}.", "Yes.")
	if diff := cmp.Diff([]string{"Ask Dr. Sato, any day.", "Yes."}, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}
