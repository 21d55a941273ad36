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

// terms are ranges of words, of each of which a campaign must have one.
type terms struct {
	from, to []string
}

func readTerms(q CampaignQuery) terms {
	t := terms{from: []string{}, to: []string{}}
	for _, word := range searchWords(q.Search) {
		t.from, t.to = append(t.from, word), append(t.to, prefixEnd(word))
	}
	for _, tag := range q.Tags {
		t.from, t.to = append(t.from, tagWord(tag)), append(t.to, tagWord(tag)+"\x01")
	}
	return t
}

// few is up to how many campaigns of a term are read and sorted. Where every term has more, a page is looked
// for among the latest first, of which every few may fit, and only then among all that the terms share: the
// words of one office may be none of another's, so that walking on could be walking through everything.
const few = 2000

// rarest is the term that the fewest campaigns have, if these are few.
func (t terms) rarest(ctx context.Context, tx *postgres.Tx) (i int, ok bool, err error) {
	if len(t.from) == 0 {
		return 0, false, nil
	}
	counts, err := postgres.Values[int](ctx, tx, `
		select (select count(*) from (
				select from campaign_word w
				where w.org_id = @org and w.word >= term.a and w.word < term.b
				limit @most) found)
		from unnest(@from::text[], @to::text[]) with ordinality as term (a, b, n)
		order by term.n`, postgres.Args{"from": t.from, "to": t.to, "most": few + 1})
	if err != nil {
		return 0, false, fmt.Errorf("count campaigns by their words: %w", err)
	}
	for n := range counts {
		if counts[n] < counts[i] {
			i = n
		}
	}
	return i, counts[i] <= few, nil
}

// shared is a query for the campaigns that have a word in every range, each range read once from its index.
// It adds the ranges to args.
func (t terms) shared(args postgres.Args) string {
	each := make([]string, len(t.from))
	for i := range t.from {
		from, to := fmt.Sprintf("from_%d", i), fmt.Sprintf("to_%d", i)
		args[from], args[to] = t.from[i], t.to[i]
		each[i] = `select campaign_id from campaign_word where org_id = @org and word >= @` + from + ` and word < @` + to
	}
	return strings.Join(each, " intersect ")
}
