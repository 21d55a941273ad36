package knowledge

import (
	"regexp"
	"slices"
	"strings"
)

// What a text says about its shape, in English and Spanish, whatever the organization knows.

// followUpWords is how long a text that leans on the one before can be; pronounWords the same for one
// that only says "it".
const (
	followUpWords = 7
	pronounWords  = 5
)

var (
	leaning  = wordSet("and but or what how y e o pero")
	about    = wordSet("about tal")
	pronouns = wordSet("it that this they them those these eso esos esa ese ellos")
)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// followsUp says whether a text asks on about the answer before it: "and on weekends?", "what about
// sundays", "how much is it".
func followsUp(text string) bool {
	words := strings.Fields(wording(text))
	switch {
	case len(words) == 0 || len(words) > followUpWords:
		return false
	case words[0] == "what" || words[0] == "how" || words[0] == "que":
		if len(words) > 1 && about[words[1]] {
			return true
		}
	case leaning[words[0]]:
		return true
	}
	return len(words) <= pronounWords && slices.ContainsFunc(words, func(w string) bool { return pronouns[w] })
}

// openers begin a question. Those of doing need somebody beside them, since "do" and "can" begin much
// else.
var (
	openers = wordSet(`who whos what whats when whens where wheres why how hows which whose
		quien quienes que cuando donde adonde como cual cuales cuanto cuanta cuantos cuantas`)
	doing   = wordSet("can could do does did is are was will would should may am have has puedo puede pueden podria hay tengo debo es esta estan")
	doers   = wordSet("i you u we they he she it there the my your our this that someone anyone a que el la los las mi su")
	joining = wordSet("and also plus y e tambien or o")
	before  = wordSet("a con de en para por at by for in on to with")
	greets  = wordSet("hi hello hey ok okay so well thanks please but hola bueno oye pero gracias disculpe por favor")
)

func asks(words []string) bool {
	for len(words) > 0 && (greets[words[0]] || joining[words[0]]) {
		words = words[1:]
	}
	switch {
	case len(words) == 0:
		return false
	case openers[words[0]] || words[0] == "hay" || words[0] == "puedo" || words[0] == "tengo" || words[0] == "debo":
		return true
	}
	if len(words) == 1 {
		return false
	}
	return doing[words[0]] && doers[words[1]] || before[words[0]] && openers[words[1]]
}

// sentence ends at a question mark, an exclamation mark, a line's end, or a full stop before a space.
var sentence = regexp.MustCompile(`[^?!\n.;]*(?:\.[^\s?!\n.;][^?!\n.;]*)*[?!.;\n]*`)

// courtesy are questions that ask for nothing yet.
var courtesy = wordSet(`can_you_help_me could_you_help_me can_you_help can_i_ask_a_question can_i_ask_you_a_question can_i_ask_you_something
	how_are_you are_you_there is_anyone_there is_this_a_bot quick_question
	me_puede_ayudar me_puedes_ayudar puede_ayudarme puedes_ayudarme como_esta como_estas puedo_hacer_una_pregunta`)

// questionsOf splits a text into the questions that it asks, each with the sentences that lead to it;
// nil if it asks one or none.
func questionsOf(text string) []string {
	var found []string
	lead := ""
	for _, s := range sentence.FindAllString(text, -1) {
		for _, clause := range clauses(s) {
			words := strings.Fields(wording(clause))
			switch {
			case len(words) == 0 || courtesy[strings.Join(words, "_")]:
			case len(words) > 1 && (asks(words) || strings.Contains(clause, "?")):
				found = append(found, strings.TrimSpace(lead+" "+clause))
				lead = ""
			case len(found) > 0 && !asks(words):
				found[len(found)-1] += " " + clause
			default:
				lead = strings.TrimSpace(lead + " " + clause)
			}
		}
	}
	if lead != "" && len(found) > 0 {
		found[len(found)-1] += " " + lead
	}
	if len(found) < 2 {
		return nil
	}
	return found
}

// clauses cuts a sentence before each "and" or comma that a question follows.
func clauses(s string) []string {
	words := strings.Fields(s)
	var cut []string
	from := 0
	for i := 1; i < len(words); i++ {
		joined := joining[wording(words[i])] || strings.HasSuffix(words[i-1], ",")
		if joined && i-from > 1 && len(words)-i > 2 && asks(strings.Fields(wording(strings.Join(words[i:min(i+4, len(words))], " ")))) {
			cut = append(cut, strings.Join(words[from:i], " "))
			from = i
			if joining[wording(words[i])] {
				from++
			}
		}
	}
	return append(cut, strings.Join(words[from:], " "))
}

// The ways to pick one of several by number; and to say that it is none of them.
var (
	ordinals = []map[string]bool{
		wordSet("1 1st one first uno una primero primera"),
		wordSet("2 2nd two second dos segundo segunda"),
	}
	beside = wordSet("option number the answer opcion numero la el please one por favor")
	none   = wordSet("none neither no nope ninguna ninguno nada_de_eso none_of_these none_of_them neither_one ni_uno_ni_otro no_ninguna no_neither")
)

// choiceOf reads the answer to a clarifying question between two: 1 or 2, -1 for neither, 0 for
// anything else.
func choiceOf(text string) int {
	all := strings.Fields(wording(text))
	if none[strings.Join(all, "_")] {
		return -1
	}
	words := all
	for len(words) > 1 && beside[words[0]] {
		words = words[1:]
	}
	for len(words) > 1 && beside[words[len(words)-1]] {
		words = words[:len(words)-1]
	}
	if len(words) != 1 {
		return 0
	}
	for i, names := range ordinals {
		if names[words[0]] {
			return i + 1
		}
	}
	return 0
}
