package knowledge

import (
	"context"
	"fmt"

	"parley/internal/account"
	"parley/internal/bot"
	"parley/internal/postgres"
)

// setting is what an organization has chosen for its bot, and which model is the one to ask.
type setting struct {
	Version    int64 // of the knowledge, see versionSpan
	Threshold  float64
	Country    string
	CrisisText string
	Clarify    bool // ask back where two answers are close
	OfficeOwn  bool // the office has answers of its own

	scope scope `db:"-"`
}

// readSetting reads the setting for texts to an office. Offices without answers of their own share
// one model.
func readSetting(ctx context.Context, tx *postgres.Tx, office account.OfficeID) (setting, error) {
	return askSetting(tx, office).wait(ctx)
}

// askedSetting is a setting on its way.
type askedSetting struct {
	pending *postgres.Pending[setting]
	scope   scope // if the office has answers of its own
}

func askSetting(tx *postgres.Tx, office account.OfficeID) askedSetting {
	return askedSetting{scope: scope{org: tx.Org(), office: office}, pending: postgres.AskRow[setting](tx, "read the bot's settings", postgres.Statement{SQL: `
		select o.bot_threshold::numeric::float8 as threshold, o.country, o.crisis_text,
			coalesce((select v.version from knowledge_version v where v.org_id = @org), 0) * @span + (
				select coalesce(sum((a.valid_from <= ` + today + `)::int), 0) + coalesce(sum((a.valid_to < ` + today + `)::int), 0)
				from answer a
				where a.org_id = @org and num_nonnulls(a.valid_from, a.valid_to) > 0) as version,
			o.bot_clarify as clarify,
			exists (select from answer a
				where a.org_id = @org and a.office_id = @office and ` + mayGive("a") + `) as office_own
		from organization o
		where o.org_id = @org`, Args: postgres.Args{"office": office, "span": versionSpan}})}
}

func (a askedSetting) wait(ctx context.Context) (setting, error) {
	s, err := a.pending.Wait(ctx)
	if err != nil {
		return setting{}, err
	}
	if s.scope = a.scope; !s.OfficeOwn {
		s.scope.office = 0
	}
	return s, nil
}

// readKnowledge reads what the model of a scope is trained from: the answers of the whole
// organization and of the office that may be given today. An office's answer stands in for the
// organization's of the same title and language.
func readKnowledge(ctx context.Context, tx *postgres.Tx, office account.OfficeID) (bot.Knowledge, error) {
	var known bot.Knowledge
	statement := postgres.Statement{SQL: `
		select a.id, a.language, v.text
		from answer a
		join answer_variant v on v.org_id = @org and v.answer_id = a.id
		where a.org_id = @org and ` + mayGive("a") + `
			and (a.office_id = @office or a.office_id is null and not exists (
				select from answer own
				where own.org_id = @org and own.office_id = @office and ` + mayGive("own") + `
					and own.language = a.language and own.title_key = a.title_key))
		order by a.id`, Args: postgres.Args{"office": office}}
	type row struct {
		ID       bot.AnswerID
		Language bot.Language
		Text     string
	}
	err := postgres.Each(ctx, tx, statement, func(r row) error {
		last := len(known.Answers) - 1
		if last < 0 || known.Answers[last].ID != r.ID {
			known.Answers = append(known.Answers, bot.Answer{ID: r.ID, Language: r.Language})
			last++
		}
		known.Answers[last].Variants = append(known.Answers[last].Variants, r.Text)
		return nil
	})
	if err != nil {
		return bot.Knowledge{}, fmt.Errorf("read the answers to train from: %w", err)
	}
	return known, nil
}
