package outreach

import (
	"context"
	"fmt"
	"math/bits"
	"slices"
	"strings"
	"unicode"

	"github.com/jackc/pgx/v5/pgtype"

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

// blockSize is how many campaign ids a row of word_campaigns spans.
const blockSize = 4096

// setWords keeps the words by which a campaign is found: those of its title and tags, and each tag whole.
// Words are locked in their order, since campaigns share them.
func setWords(ctx context.Context, tx *postgres.Tx, id CampaignID, title string, tags []string) error {
	words := searchWords(title)
	for _, tag := range tags {
		words = append(append(words, tagWord(tag)), searchWords(tag)...)
	}
	slices.Sort(words)
	args := postgres.Args{"campaign": id, "words": slices.Compact(words), "block": id / blockSize, "place": id % blockSize,
		"empty": pgtype.Bits{Bytes: make([]byte, blockSize/8), Len: blockSize, Valid: true}}
	emptied, err := postgres.Values[string](ctx, tx, `
		with gone as (
			delete from campaign_word
			where org_id = @org and campaign_id = @campaign and word <> all (@words::text[])
			returning word
		), come as (
			insert into campaign_word (org_id, campaign_id, word)
			select @org, @campaign, word from unnest(@words::text[]) word
			on conflict do nothing
			returning word
		), moved as (
			insert into word_campaigns (org_id, word, block, campaigns)
			select @org, word, @block, set_bit(@empty::bit(4096), @place, has)
			from (select word, 0 as has from gone union all select word, 1 from come) changed
			order by word
			on conflict (org_id, word, block) do update
			set campaigns = set_bit(word_campaigns.campaigns, @place, get_bit(excluded.campaigns, @place))
			returning word, campaigns
		)
		select word from moved where bit_count(campaigns) = 0`, args)
	if err != nil {
		return fmt.Errorf("keep the words of campaign %d: %w", id, err)
	}
	if len(emptied) == 0 {
		return nil
	}
	args["words"] = emptied
	_, err = tx.Exec(ctx, `
		delete from word_campaigns
		where org_id = @org and word = any (@words) and block = @block`, args)
	if err != nil {
		return fmt.Errorf("forget words that campaign %d had alone: %w", id, err)
	}
	return nil
}

// terms are ranges of words, of each of which a campaign must have one.
type terms struct{ from, to []string }

func (t *terms) add(from, to string) { t.from, t.to = append(t.from, from), append(t.to, to) }

func (t terms) none() bool { return len(t.from) == 0 }

func (t terms) args() postgres.Args { return postgres.Args{"from": t.from, "to": t.to} }

func readTerms(q CampaignQuery) (t terms) {
	words := searchWords(q.Search)
	slices.Sort(words)
	for _, word := range slices.Compact(words) {
		t.add(word, prefixEnd(word))
	}
	for _, tag := range q.Tags {
		t.add(tagWord(tag), tagWord(tag)+"\x01")
	}
	return t
}

// broadest is how many rows of word_campaigns a term may have to be read. A letter or a digit may begin a
// hundred thousand words of a campaign each.
const broadest = 4000

// mostTested is how many campaigns are tested for broad terms alone before these are read after all.
const mostTested = 4000

// split divides the terms into those that are read, and broad ones, which found campaigns are tested for.
func (t terms) split(ctx context.Context, tx *postgres.Tx) (narrow, broad terms, err error) {
	if t.none() {
		return narrow, broad, nil
	}
	args := t.args()
	args["most"] = broadest + 1
	rows, err := postgres.Values[int](ctx, tx, `
		select (select count(*) from (
			select from word_campaigns
			where org_id = @org and word >= t.a and word < t.b
			limit @most) w)
		from unnest(@from::text[], @to::text[]) with ordinality as t (a, b, place)
		order by place`, args)
	if err != nil {
		return narrow, broad, fmt.Errorf("count the words of a search: %w", err)
	}
	for i, n := range rows {
		if n > broadest {
			broad.add(t.from[i], t.to[i])
		} else {
			narrow.add(t.from[i], t.to[i])
		}
	}
	return narrow, broad, nil
}

// hadSQL is the condition that campaign c has all terms.
const hadSQL = `not exists (
			select from unnest(@from::text[], @to::text[]) as term (a, b)
			where not exists (
				select from (
					select word from campaign_word where org_id = @org and campaign_id = c.id
					offset 0) w
				where w.word >= term.a and w.word < term.b))`

// matches are the campaigns of an organization that have all terms, by their blocks.
type matches map[CampaignID][]byte

// matches reads the blocks of the terms' words and intersects them.
func (t terms) matches(ctx context.Context, tx *postgres.Tx) (matches, error) {
	type block struct {
		Block     CampaignID
		Campaigns pgtype.Bits
	}
	blocks, err := postgres.Rows[block](ctx, tx, `
		select block, campaigns
		from (
			select block, bit_and(campaigns) as campaigns
			from (
				select t.place, w.block, bit_or(w.campaigns) as campaigns
				from unnest(@from::text[], @to::text[]) with ordinality as t (a, b, place)
				cross join lateral (
					select block, campaigns from word_campaigns where org_id = @org and word >= t.a and word < t.b
				) w
				group by t.place, w.block
			) of_term
			group by block
			having count(*) = cardinality(@from::text[])
		) of_all
		where bit_count(campaigns) > 0`, t.args())
	if err != nil {
		return nil, fmt.Errorf("find campaigns by their words: %w", err)
	}
	m := make(matches, len(blocks))
	for _, b := range blocks {
		m[b.Block] = b.Campaigns.Bytes
	}
	return m, nil
}

func (m matches) has(id CampaignID) bool {
	block, place := m[id/blockSize], id%blockSize
	return block != nil && block[place/8]&(0x80>>(place%8)) != 0
}

func (m matches) count() (n int) {
	for _, block := range m {
		for _, b := range block {
			n += bits.OnesCount8(b)
		}
	}
	return n
}

func (m matches) ids() []CampaignID {
	ids := make([]CampaignID, 0, m.count())
	for block, campaigns := range m {
		for i, b := range campaigns {
			for ; b != 0; b &^= 0x80 >> bits.LeadingZeros8(b) {
				ids = append(ids, block*blockSize+CampaignID(8*i+bits.LeadingZeros8(b)))
			}
		}
	}
	return ids
}
