package knowledge

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"parley/internal/account"
	"parley/internal/postgres"
)

const (
	// reviewLimit is how many texts the queue looks at, the latest: grouping so many takes less than a second.
	reviewLimit = 5_000
	// ReviewPage is how many groups a page of the queue holds.
	ReviewPage = 20
	// wordingsShown is how many other wordings a group tells.
	wordingsShown = 4
)

// Group is a question that the bot did not know, or answered wrongly, in the wordings in which people
// asked it.
type Group struct {
	Texts    []TextID // all of them, the latest first
	People   int
	Question string   // the most frequent wording, as it was texted last
	Wordings []string // the next few
	Wrong    int      // how many were answered, and an agent said that this was no answer
	Near     AnswerID // given or nearest; 0: none
	Last     time.Time
	Office   account.OfficeID // that was texted last
	// Suggested are the answers that it may belong to, at most three: those that an agent has chosen
	// first, then what Suggest would find worth showing. Wrong ones are left out.
	Suggested []Match
	// Known says that the bot would answer it by now.
	Known bool
}

// Queue is a page of the review queue.
type Queue struct {
	Groups []Group
	Texts  int // of all groups
	Total  int // groups
	Next   int // From of the next page, 0 on the last
}

// ReviewFilter chooses groups of the queue.
type ReviewFilter struct {
	Office account.OfficeID
	Near   AnswerID // only those nearest to this answer
	From   int      // groups to pass over
}

// Review reads the texts that wait for somebody to teach the bot, those of the actor's offices, asked
// most often first. It is for those who may.
func (d Desk) Review(ctx context.Context, f ReviewFilter) (Queue, error) {
	var q Queue
	if err := d.actor.May(account.TeachBot); err != nil {
		return q, err
	}
	err := d.read(ctx, func(tx *postgres.Tx) error {
		texts, err := d.waiting(ctx, tx, f)
		if err != nil || len(texts) == 0 {
			return err
		}
		s, err := readSetting(ctx, tx, f.Office)
		if err != nil {
			return err
		}
		model, err := d.library.model(ctx, tx, s)
		if err != nil {
			return err
		}
		groups := grouped(texts, model.Normalise)
		q.Texts, q.Total = len(texts), len(groups)
		groups = groups[min(max(f.From, 0), len(groups)):]
		if len(groups) > ReviewPage {
			groups, q.Next = groups[:ReviewPage], f.From+ReviewPage
		}
		for _, buckets := range groups {
			g, err := d.tell(ctx, tx, buckets)
			if err != nil {
				return err
			}
			q.Groups = append(q.Groups, g)
		}
		return nil
	})
	if err != nil {
		return Queue{}, fmt.Errorf("read the review queue: %w", err)
	}
	return q, nil
}

// toReview is the condition on decision b that it waits in the queue.
const toReview = `b.reviewed_at is null and (b.kind = 'unknown' or b.corrected_at is not null)`

func (d Desk) waiting(ctx context.Context, tx *postgres.Tx, f ReviewFilter) ([]asked, error) {
	return postgres.Rows[asked](ctx, tx, `
		with open as (
			select b.*
			from office o
			cross join lateral (
				select b.message_id, b.text, b.kind, b.answer_id, b.chosen_id, b.corrected_at, b.office_id
				from bot_decision b
				where b.org_id = @org and b.office_id = o.id and `+toReview+` and (@near = 0 or b.answer_id = @near)
				order by b.message_id desc
				limit @limit
			) b
			where o.org_id = @org and (@all or o.id = any (@offices::bigint[])) and (@office = 0 or o.id = @office)
			order by b.message_id desc
			limit @limit
		)
		select b.message_id as id, m.contact_id, b.text, b.kind, coalesce(b.answer_id, 0) as near, coalesce(b.chosen_id, 0) as chosen,
			b.corrected_at is not null as corrected, b.office_id as office, m.created_at as at
		from open b
		join message m on m.org_id = @org and m.id = b.message_id
		order by b.message_id desc`, d.offices(postgres.Args{"office": f.Office, "near": f.Near, "limit": reviewLimit}))
}

// opinions are what people made of the texts of a group.
type opinions struct {
	wrong  map[AnswerID]bool // given, and said to be no answer
	chosen map[AnswerID]int  // how often an agent has chosen it
}

// tell describes a group and finds the answers that it may belong to.
func (d Desk) tell(ctx context.Context, tx *postgres.Tx, buckets []bucket) (Group, error) {
	lead := buckets[0].texts[0]
	g := Group{Question: oneLine(lead.Text), Near: lead.Near, Office: account.OfficeID(lead.Office)}
	for _, b := range buckets[1:min(1+wordingsShown, len(buckets))] {
		g.Wordings = append(g.Wordings, oneLine(b.texts[0].Text))
	}
	o := opinions{wrong: map[AnswerID]bool{}, chosen: map[AnswerID]int{}}
	people := map[int64]bool{}
	for _, b := range buckets {
		for _, t := range b.texts {
			g.Texts = append(g.Texts, t.ID)
			people[t.ContactID] = true
			if t.At.After(g.Last) {
				g.Last = t.At
			}
			if t.Corrected {
				g.Wrong++
				o.wrong[t.Near] = true
			}
			if t.Chosen != 0 {
				o.chosen[t.Chosen]++
			}
		}
	}
	g.People = len(people)
	slices.SortFunc(g.Texts, func(a, b TextID) int { return int(b - a) })
	v, err := d.library.explain(ctx, tx, Question{Office: g.Office, Text: lead.Text})
	if err != nil {
		return g, err
	}
	g.Known = v.Kind == Answered && !o.wrong[v.AnswerID]
	g.Suggested, err = propose(ctx, tx, v.Matches, o)
	return g, err
}

// propose lists the answers that a group may belong to: those that agents have chosen before those that
// the bot finds worth showing, and none that was wrong.
func propose(ctx context.Context, tx *postgres.Tx, matches []Match, o opinions) ([]Match, error) {
	var proposed []Match
	for _, id := range slices.SortedFunc(maps.Keys(o.chosen), func(a, b AnswerID) int { return o.chosen[b] - o.chosen[a] }) {
		m, err := chosenMatch(ctx, tx, id, matches)
		if err != nil {
			return nil, err
		}
		if m.AnswerID != 0 && !o.wrong[id] {
			m.Chosen = o.chosen[id]
			proposed = append(proposed, m)
		}
	}
	for _, m := range worthShowing(matches, o.wrong) {
		if o.chosen[m.AnswerID] == 0 {
			proposed = append(proposed, m)
		}
	}
	return proposed[:min(suggestMost, len(proposed))], nil
}

// chosenMatch is an answer that agents have chosen: one of the matches, or another. The zero Match is one
// that was removed since.
func chosenMatch(ctx context.Context, tx *postgres.Tx, id AnswerID, matches []Match) (Match, error) {
	if i := slices.IndexFunc(matches, func(m Match) bool { return m.Kind == Answered && m.AnswerID == id }); i >= 0 {
		return matches[i], nil
	}
	found, err := postgres.Rows[card](ctx, tx, `select id, title, text from answer where org_id = @org and id = @id`, postgres.Args{"id": id})
	if err != nil || len(found) == 0 {
		return Match{}, err
	}
	return Match{Kind: Answered, AnswerID: id, Title: found[0].Title, Text: found[0].Text}, nil
}

// counted is where counting the queue stops: beyond it the number tells nobody more.
const counted = 1_000

// CountToReview is how many texts wait in the review queue, at most a thousand, for the navigation; 0
// for those who may not teach the bot.
func (d Desk) CountToReview(ctx context.Context) (int, error) {
	if d.actor.May(account.TeachBot) != nil {
		return 0, nil
	}
	var n int
	err := d.read(ctx, func(tx *postgres.Tx) (err error) {
		n, err = postgres.Value[int](ctx, tx, `
			select count(*)
			from (
				select
				from office o
				join bot_decision b on b.org_id = @org and b.office_id = o.id and `+toReview+`
				where o.org_id = @org and (@all or o.id = any (@offices::bigint[]))
				limit @limit
			) open`, d.offices(postgres.Args{"limit": counted}))
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("count the review queue: %w", err)
	}
	return n, nil
}
