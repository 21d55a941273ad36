package outreach

import (
	"context"
	"fmt"
	"strings"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// General is the first step of the wizard.
type General struct {
	Title         string
	Office        account.OfficeID
	ContentType   ContentType // empty: Simple
	Message       string
	MergeDefaults map[string]string // nil: as they are
	Tags          []string
	List          audience.ListID // 0: not chosen yet
	Number        NumberID        // 0: not chosen yet
	Wish          Wish
}

// DefaultAutoArchive is how many days after its launch a campaign archives itself unless somebody
// chose otherwise; product.md section 2.
const DefaultAutoArchive = 7

// Begin makes a draft from scratch. Its policy asks the bot, then the office's inbox.
func (d Desk) Begin(ctx context.Context, title string, office account.OfficeID) (CampaignID, error) {
	return d.begin(ctx, seed{title: title, office: office, verb: "begin"})
}

// seed is what a draft begins with.
type seed struct {
	title  string
	office account.OfficeID
	verb   string // of the audit row
	from   any    // what it was made from, for the audit row
	text   Template
}

func (d Desk) begin(ctx context.Context, s seed) (id CampaignID, err error) {
	if err := d.actor.May(account.ManageCampaigns); err != nil {
		return 0, err
	}
	v := account.Invalid{}
	s.title = cleanTitle(s.title, v)
	if !d.actor.SeesOffice(s.office) {
		v.Add("office", "Choose one of your offices.")
	}
	if err := v.Err(); err != nil {
		return 0, err
	}
	err = d.org(ctx, func(tx *postgres.Tx) error {
		if id, err = d.insertDraft(ctx, tx, s); err != nil {
			return err
		}
		tx.Publish(CampaignTopic(id))
		return d.actor.Record(ctx, tx, account.Change{Verb: s.verb, Subject: "campaign", SubjectID: int64(id), Was: s.from, Became: s.title})
	})
	return id, err
}

func (d Desk) insertDraft(ctx context.Context, tx *postgres.Tx, s seed) (CampaignID, error) {
	if err := requireFreeTitle(ctx, tx, s.title, 0); err != nil {
		return 0, err
	}
	inbox, err := postgres.Value[account.InboxID](ctx, tx, `
		select id from inbox where org_id = @org and office_id = @office`, postgres.Args{"office": s.office})
	if err != nil {
		return 0, fmt.Errorf("find the inbox of office %d: %w", s.office, err)
	}
	policy, err := insertPolicy(ctx, tx, PolicyForm{Mode: BotMode, IDKType: IDKAgent, Inboxes: []account.InboxID{inbox}})
	if err != nil {
		return 0, err
	}
	if s.text.ContentType == "" {
		s.text.ContentType = Simple
	}
	id, err := postgres.Value[CampaignID](ctx, tx, `
		insert into campaign (org_id, title, title_key, office_id, policy_id, created_by, auto_archive_days,
			content_type, message, yes_response, no_response)
		values (@org, @title, @key, @office, @policy, nullif(@user, 0), @days, @content, @message, @yes, @no)
		returning id`, postgres.Args{"title": s.title, "key": sms.Fold(s.title), "office": s.office, "policy": policy,
		"user": d.actor.User, "days": DefaultAutoArchive, "content": s.text.ContentType, "message": s.text.Message,
		"yes": s.text.YesResponse, "no": s.text.NoResponse})
	if err != nil {
		return 0, titleTaken(s.title, err)
	}
	if err := setWords(ctx, tx, id, s.title, nil); err != nil {
		return 0, err
	}
	return id, reroute(ctx, tx, policy)
}

// SaveGeneral stores the first step of a draft as far as it has been typed: only what cannot be
// stored is refused, what is still missing is Review's to say. Saving twice changes nothing more.
func (d Desk) SaveGeneral(ctx context.Context, id CampaignID, g General) error {
	if err := d.actor.May(account.ManageCampaigns); err != nil {
		return err
	}
	if err := d.checkGeneral(&g); err != nil {
		return err
	}
	return d.org(ctx, func(tx *postgres.Tx) error {
		if err := d.lockDraft(ctx, tx, id); err != nil {
			return err
		}
		if err := requireFreeTitle(ctx, tx, g.Title, id); err != nil {
			return err
		}
		if err := g.update(ctx, tx, id); err != nil {
			return err
		}
		return setWords(ctx, tx, id, g.Title, g.Tags)
	})
}

// update writes the step. A policy that falls back to its office's inbox follows to the new office.
func (g *General) update(ctx context.Context, tx *postgres.Tx, id CampaignID) error {
	args := postgres.Args{"campaign": id, "title": g.Title, "key": sms.Fold(g.Title), "office": g.Office, "content": g.ContentType,
		"message": g.Message, "defaults": nil, "tags": g.Tags, "list": g.List, "number": g.Number,
		"later": g.Wish.LaunchLater, "date": g.Wish.LaunchDate, "time": g.Wish.LaunchTime}
	if g.MergeDefaults != nil {
		args["defaults"] = g.MergeDefaults
	}
	type saved struct {
		PolicyID PolicyID
		Moved    bool // to another office
	}
	c, err := postgres.Row[saved](ctx, tx, `
		update campaign c
		set title = @title, title_key = @key, office_id = @office, content_type = @content, message = @message,
			merge_defaults = coalesce(@defaults::jsonb, c.merge_defaults), tags = @tags,
			list_id = nullif(@list, 0), number_id = nullif(@number, 0),
			launch_later = @later, launch_date = nullif(@date, '')::date, launch_time = nullif(@time, '')::time,
			updated_at = app_now()
		from campaign w
		where c.org_id = @org and c.id = @campaign and w.org_id = @org and w.id = c.id
		returning c.policy_id, c.office_id <> w.office_id as moved`, args)
	if postgres.IsForeignKeyViolation(err) {
		return account.Invalid{"": "The office, list or number you chose is gone. Choose again."}
	}
	if err != nil || !c.Moved {
		return titleTaken(g.Title, err)
	}
	return reroute(ctx, tx, c.PolicyID)
}

func (d Desk) checkGeneral(g *General) error {
	v := account.Invalid{}
	g.Title = cleanTitle(g.Title, v)
	g.Message = sms.Clean(g.Message)
	g.Tags = cleanTags(g.Tags)
	if g.ContentType == "" {
		g.ContentType = Simple
	}
	if g.ContentType != Simple && g.ContentType != YesNo {
		v.Add("content", "Choose a simple message or a yes or no question.")
	}
	if !d.actor.SeesOffice(g.Office) {
		v.Add("office", "Choose one of your offices.")
	}
	g.Wish.check(v)
	return v.Err()
}

// cleanTags folds tags to lower case, once each, in the order given.
func cleanTags(tags []string) []string {
	clean := []string{}
	seen := map[string]bool{}
	for _, tag := range tags {
		tag = strings.ToLower(strings.Join(strings.Fields(sms.Clean(tag)), "-"))
		if tag != "" && !seen[tag] {
			seen[tag] = true
			clean = append(clean, tag)
		}
	}
	return clean
}

// lockDraft holds the campaign's row until the end of the transaction and refuses one that is no
// draft any more, or that is not the actor's to see.
func (d Desk) lockDraft(ctx context.Context, tx *postgres.Tx, id CampaignID) error {
	type held struct {
		State    State
		OfficeID account.OfficeID
	}
	c, err := postgres.Row[held](ctx, tx, `
		select state, office_id from campaign where org_id = @org and id = @campaign for update`, postgres.Args{"campaign": id})
	if err == nil && !d.actor.SeesOffice(c.OfficeID) {
		err = account.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("lock campaign %d: %w", id, err)
	}
	switch c.State {
	case Draft:
		return nil
	case Scheduled:
		return account.Conflict("This campaign is scheduled. Take it back to a draft to change it.")
	case Archived:
		return account.Conflict("This campaign is archived and cannot change any more.")
	default:
		return account.Conflict("This campaign has already been launched. Its message, list and number cannot change any more.")
	}
}
