package knowledge

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestQuestionsOf(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"where do i park": nil,
		"where do i park? when is the library open?":                     {"where do i park?", "when is the library open?"},
		"when is the fafsa due and where can i park":                     {"when is the fafsa due", "where can i park"},
		"Hi! Where do I park? Thanks":                                    nil,
		"can you help me? where do i park":                               nil,
		"I lost my card. Where do I get a new one?":                      nil,
		"what do i need to bring and do for orientation":                 nil,
		"when and where is orientation":                                  nil,
		"who do i call and when":                                         nil,
		"My dad moved. Which parent do I put? And when is the fafsa due": {"My dad moved. Which parent do I put?", "And when is the fafsa due"},
		"¿dónde me estaciono y a qué hora cierra?":                       {"¿dónde me estaciono", "a qué hora cierra?"},
		"¿dónde me estaciono y cuándo abre la biblioteca?":               {"¿dónde me estaciono", "cuándo abre la biblioteca?"},
		"is it open at 9 a.m. on monday":                                 nil,
		"":                                                               nil,
		"???!!!..":                                                       nil,
	} {
		if diff := cmp.Diff(want, questionsOf(text)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestFollowsUp(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"and on weekends?": true, "what about sundays": true, "How about at night?": true, "y los fines de semana": true,
		"¿qué tal los domingos?": true, "how much is it": true, "is that free": true,
		"where do i park": false, "when is the fafsa due": false, "que necesito para la fafsa": false, "": false,
		"is it too late to turn in the fafsa this year": false,
	} {
		if got := followsUp(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestChoiceOf(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"1": 1, "2.": 2, "#2": 2, "the first one": 1, "Option 2 please": 2, "la segunda": 2, "uno": 1, "neither": -1, "none of these": -1,
		"ninguna": -1, "12": 0, "i have 2 dogs": 0, "where do i park": 0, "": 0,
	} {
		if got := choiceOf(text); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}
