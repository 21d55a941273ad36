package outreach

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"parley/internal/postgres"
	"parley/internal/sms"
)

// searchWords are the folded words of a text, cut at everything that is neither letter nor digit.
func searchWords(text string) []string {
	return strings.FieldsFunc(sms.Fold(text), func(r rune) bool {
		return !unicode.In(r, unicode.Letter, unicode.Digit, unicode.Mark)
	})
}

// tagWord is how a whole tag stands among the words of its campaign.
func tagWord(tag string) string { return "#" + tag }

// setWords keeps the words by which a campaign is found: those of its title and tags, and each tag whole.
func setWords(ctx context.Context, tx *postgres.Tx, id CampaignID, title string, tags []string) error {
	words := searchWords(title)
	for _, tag := range tags {
		words = append(append(words, tagWord(tag)), searchWords(tag)...)
	}
	slices.Sort(words)
	_, err := tx.Exec(ctx, `
		with gone as (
			delete from campaign_word
			where org_id = @org and campaign_id = @campaign and word <> all (@words::text[])
		)
		insert into campaign_word (org_id, campaign_id, word)
		select @org, @campaign, word from unnest(@words::text[]) word
		on conflict do nothing`, postgres.Args{"campaign": id, "words": slices.Compact(words)})
	if err != nil {
		return fmt.Errorf("keep the words of campaign %d: %w", id, err)
	}
	return nil
}

// term is a range of words, of which a campaign must have one.
type term struct{ from, to string }

// terms are all that a campaign must have. The first few stand in the statement one by one, so that each is
// a range of an index; the others, of whatever somebody has pasted, in one condition, so that there are only
// so many statements.
type terms []term

// alone is how many terms stand in a statement by themselves: more than a search by hand has.
const alone = 8

func (t terms) alone() terms { return t[:min(len(t), alone)] }

func readTerms(q CampaignQuery) (t terms) {
	for _, word := range searchWords(q.Search) {
		t = append(t, term{word, prefixEnd(word)})
	}
	for _, tag := range q.Tags {
		t = append(t, term{tagWord(tag), tagWord(tag) + "\x01"})
	}
	return t
}

// addTo adds the ranges to the arguments of a statement that has any of the conditions below.
func (t terms) addTo(args postgres.Args) {
	for i, term := range t.alone() {
		args[fmt.Sprintf("from_%d", i)], args[fmt.Sprintf("to_%d", i)] = term.from, term.to
	}
	var from, to []string
	for _, term := range t[len(t.alone()):] {
		from, to = append(from, term.from), append(to, term.to)
	}
	args["from"], args["to"] = from, to
}

// within is the condition of the i-th term on a word.
func within(i int) string { return fmt.Sprintf("word >= @from_%[1]d and word < @to_%[1]d", i) }

// of is a query for the campaigns of the i-th term.
func (t terms) of(i int) string {
	return `select campaign_id from campaign_word where org_id = @org and ` + within(i)
}

// shared is a query for the campaigns that have all terms that stand alone, each read once from its index.
func (t terms) shared() string {
	each := make([]string, len(t.alone()))
	for i := range each {
		each[i] = t.of(i)
	}
	return strings.Join(each, " intersect ")
}

// none is no term.
const none = -1

// had is the condition that campaign c has all terms but the one by which it was found. Each is one probe of
// the campaign's words, whatever the planner thinks of reading the campaigns of a word.
func (t terms) had(found int) string {
	conditions := []string{t.others()}
	for i := range t.alone() {
		if i == found {
			continue
		}
		conditions = append(conditions, `(
			select true from campaign_word
			where org_id = @org and campaign_id = c.id and `+within(i)+`
			limit 1)`)
	}
	return strings.Join(conditions, " and ")
}

// others is the condition that campaign c has the terms that do not stand alone.
func (t terms) others() string {
	if len(t) <= alone {
		return "true"
	}
	return `not exists (
			select from unnest(@from::text[], @to::text[]) as term (a, b)
			where not exists (
				select from (
					select word from campaign_word where org_id = @org and campaign_id = c.id
					offset 0) w
				where w.word >= term.a and w.word < term.b))`
}

// few is up to how many campaigns of a term are read and sorted. Where every term has more, a page is looked
// for among the latest first, of which every few may fit, and only then among all that the terms share: the
// words of one office may be none of another's, so that walking on could be walking through everything.
const few = 2000

// rarest is the term that the fewest campaigns have, if these are few.
func (t terms) rarest(ctx context.Context, tx *postgres.Tx) (i int, ok bool, err error) {
	if len(t) == 0 {
		return 0, false, nil
	}
	counts := make([]string, len(t.alone()))
	for i := range counts {
		counts[i] = `(select count(*) from (` + t.of(i) + ` limit @most) found)`
	}
	args := postgres.Args{"most": few + 1}
	t.addTo(args)
	found, err := postgres.Value[[]int](ctx, tx, `select array[`+strings.Join(counts, ", ")+`]`, args)
	if err != nil {
		return 0, false, fmt.Errorf("count campaigns by their words: %w", err)
	}
	for n := range found {
		if found[n] < found[i] {
			i = n
		}
	}
	return i, found[i] <= few, nil
}

const (
	// window is how many campaigns are looked at in the order of the list at first.
	window = 1000
	// widest is from how many on reading all that the terms share is taken to cost less.
	widest = 20_000
)

// wider is how many to look at after found in so many, where more are wanted: half as many again as would do
// if the rest were like these; 0 is too many.
func wider(window, found, wanted int) int {
	if found == 0 {
		return 0
	}
	if window = window * wanted * 3 / (found * 2); window > widest {
		return 0
	}
	return window
}
