package knowledge

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"
)

// asked is one text of the review queue.
type asked struct {
	ID        TextID
	ContactID int64
	Text      string
	Kind      ReplyKind
	Near      AnswerID // given, or the closest when the bot did not know; 0: none
	Chosen    AnswerID // by an agent, 0: none
	Corrected bool
	Office    int64
	At        time.Time
}

// alike is how much of what two wordings say, weighed by how rare the words are in the queue, must be
// the same for one group: at half of it, questions about two things of one subject meet.
const alike = 0.4

// bucket are the texts of one normal form.
type bucket struct {
	normal string
	words  []string
	texts  []asked // the latest first
}

// grouped gathers texts that ask the same: those of one normal form, and those that share most of
// their words and lie nearest to the same answer. What is asked most often comes first, each group led
// by its most frequent wording. The same texts in any order make the same groups.
func grouped(texts []asked, normal func(string) string) [][]bucket {
	buckets := bucketsOf(texts, normal)
	rarity := rarityOf(buckets)
	type place struct {
		near AnswerID
		word string
	}
	led := map[place][]int{} // groups whose leader has the word
	var groups [][]bucket
	weight := make([]float64, 0, len(buckets)) // of each leader's words
	for _, b := range buckets {
		shared := map[int]float64{}
		own := 0.0
		for _, w := range b.words {
			own += rarity[w]
			for _, g := range led[place{b.near(), w}] {
				shared[g] += rarity[w]
			}
		}
		best, most := -1, 0.0
		for g, s := range shared {
			if likeness := s / (own + weight[g] - s); likeness > most || likeness == most && g < best {
				best, most = g, likeness
			}
		}
		if best >= 0 && most >= alike {
			groups[best] = append(groups[best], b)
			continue
		}
		for _, w := range b.words {
			at := place{b.near(), w}
			led[at] = append(led[at], len(groups))
		}
		groups, weight = append(groups, []bucket{b}), append(weight, own)
	}
	slices.SortStableFunc(groups, func(a, b []bucket) int {
		return cmp.Or(sizeOf(b)-sizeOf(a), cmp.Compare(latest(b), latest(a)))
	})
	return groups
}

func bucketsOf(texts []asked, normal func(string) string) []bucket {
	at := map[string]int{}
	var buckets []bucket
	for _, t := range texts {
		form := cmp.Or(normal(t.Text), t.Text)
		i, ok := at[form]
		if !ok {
			i = len(buckets)
			at[form] = i
			buckets = append(buckets, bucket{normal: form, words: tellingWords(form)})
		}
		buckets[i].texts = append(buckets[i].texts, t)
	}
	for _, b := range buckets {
		slices.SortFunc(b.texts, func(x, y asked) int { return cmp.Compare(y.ID, x.ID) })
	}
	slices.SortFunc(buckets, func(a, b bucket) int {
		return cmp.Or(len(b.texts)-len(a.texts), cmp.Compare(b.texts[0].ID, a.texts[0].ID))
	})
	return buckets
}

func (b bucket) near() AnswerID { return b.texts[0].Near }

func sizeOf(group []bucket) int {
	n := 0
	for _, b := range group {
		n += len(b.texts)
	}
	return n
}

func latest(group []bucket) TextID {
	var id TextID
	for _, b := range group {
		id = max(id, b.texts[0].ID)
	}
	return id
}

// idle are words that questions of any subject have, in English and Spanish.
var idle = func() map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(`a an and are at be can could do does did for from get have has how i if in is it me my of
		on or our please so that the there this to we what when where which who will with would you your
		al como con cual cuando de del donde el en es esta hay la las lo los me mi mis necesito para pero por puedo que quien se
		si su sus te tengo tiene un una y yo`) {
		set[w] = true
	}
	return set
}()

// tellingWords are the words of a text without the idle ones, each once; all, if there are no others.
func tellingWords(text string) []string {
	all := strings.Fields(text)
	telling := slices.DeleteFunc(slices.Clone(all), func(w string) bool { return idle[w] })
	if len(telling) == 0 {
		telling = all
	}
	slices.Sort(telling)
	return slices.Compact(telling)
}

// rarityOf is the inverse document frequency of each word among the wordings.
func rarityOf(buckets []bucket) map[string]float64 {
	with := map[string]float64{}
	for _, b := range buckets {
		for _, w := range b.words {
			with[w]++
		}
	}
	for w, n := range with {
		with[w] = 1 + math.Log(float64(1+len(buckets))/(1+n))
	}
	return with
}
