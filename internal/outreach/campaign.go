package outreach

import (
	"context"
	"fmt"
	"strings"
	"time"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// State is where a campaign stands. It only goes forward; archived is for ever.
type State string

// The states of a campaign.
const (
	Draft     State = "draft"
	Scheduled State = "scheduled"
	Sending   State = "sending"
	Active    State = "active"
	Archived  State = "archived"
)

// Campaign is one text to a list of contacts from one number, with the policy that handles replies.
type Campaign struct {
	ID              CampaignID
	Title           string
	OfficeID        account.OfficeID
	OfficeName      string
	State           State
	Paused          bool
	ContentType     string
	Message         string
	MergeDefaults   map[string]string
	Tags            []string
	ListID          *audience.ListID
	ListName        string
	ListContacts    int
	NumberID        *NumberID
	NumberPhone     string
	NumberKind      string
	PolicyID        PolicyID
	Mode            Mode
	AutoArchiveDays int
	LaunchedAt      *time.Time
	LaunchedBy      string
	SentAt          *time.Time
	ArchivedAt      *time.Time
	CreatedAt       time.Time
	UpdatedAt       time.Time
}

// Governs says whether the campaign's policy governs its conversations: from launch to archive.
func (c Campaign) Governs() bool { return c.State == Sending || c.State == Active }

// Launched says whether the message, list, number and campaign type are fixed.
func (c Campaign) Launched() bool { return c.State != Draft && c.State != Scheduled }

// campaignSQL reads campaigns with the names a page shows; a query adds which.
const campaignSQL = `
	select c.id, c.title, c.office_id, o.name as office_name, c.state, c.paused, c.content_type, c.message,
		c.merge_defaults, c.tags, c.list_id, coalesce(l.name, '') as list_name, coalesce(l.contacts, 0) as list_contacts,
		c.number_id, coalesce(n.phone, '') as number_phone, coalesce(n.kind, '') as number_kind,
		c.policy_id, p.mode, c.auto_archive_days, c.launched_at, coalesce(u.name, '') as launched_by,
		c.sent_at, c.archived_at, c.created_at, c.updated_at
	from campaign c
	join office o on o.org_id = @org and o.id = c.office_id
	join response_policy p on p.org_id = @org and p.id = c.policy_id
	left join contact_list l on l.org_id = @org and l.id = c.list_id
	left join phone_number n on n.org_id = @org and n.id = c.number_id
	left join app_user u on u.org_id = @org and u.id = c.launched_by
	where c.org_id = @org`

// campaign reads a campaign that the actor may see; any other is ErrNotFound.
func (d Desk) campaign(ctx context.Context, tx *postgres.Tx, id CampaignID) (Campaign, error) {
	c, err := postgres.Row[Campaign](ctx, tx, campaignSQL+` and c.id = @campaign`, postgres.Args{"campaign": id})
	if err == nil && !d.actor.SeesOffice(c.OfficeID) {
		err = account.ErrNotFound
	}
	if err != nil {
		return Campaign{}, fmt.Errorf("read campaign %d: %w", id, err)
	}
	return c, nil
}

// Campaign reads one campaign.
func (d Desk) Campaign(ctx context.Context, id CampaignID) (c Campaign, err error) {
	err = d.org(ctx, func(tx *postgres.Tx) error {
		c, err = d.campaign(ctx, tx, id)
		return err
	})
	return c, err
}

// General is the first step of the wizard.
type General struct {
	Title         string
	Office        account.OfficeID
	Message       string
	MergeDefaults map[string]string
	Tags          []string
	List          audience.ListID // 0: not chosen yet
	Number        NumberID        // 0: not chosen yet
}

// Advanced is the second step of the wizard.
type Advanced struct {
	Policy          PolicyForm
	AutoArchiveDays int
}

// DefaultAutoArchive is how many days after its launch a campaign archives itself unless somebody
// chose otherwise; product.md section 2.
const DefaultAutoArchive = 7

// Begin makes a draft from scratch. Its policy asks the bot, then the office's inbox.
func (d Desk) Begin(ctx context.Context, title string, office account.OfficeID) (id CampaignID, err error) {
	if err := d.actor.May(account.ManageCampaigns); err != nil {
		return 0, err
	}
	title = strings.TrimSpace(sms.Clean(title))
	v := account.Invalid{}
	if title == "" {
		v.Add("title", "Give the campaign a title.")
	}
	if !d.actor.SeesOffice(office) {
		v.Add("office", "Choose one of your offices.")
	}
	if err := v.Err(); err != nil {
		return 0, err
	}
	err = d.org(ctx, func(tx *postgres.Tx) error {
		if id, err = d.insertDraft(ctx, tx, title, office); err != nil {
			return err
		}
		return d.actor.Record(ctx, tx, account.Change{Verb: "begin", Subject: "campaign", SubjectID: int64(id), Became: title})
	})
	return id, err
}

func (d Desk) insertDraft(ctx context.Context, tx *postgres.Tx, title string, office account.OfficeID) (CampaignID, error) {
	inbox, err := postgres.Value[account.InboxID](ctx, tx, `
		select id from inbox where org_id = @org and office_id = @office`, postgres.Args{"office": office})
	if err != nil {
		return 0, fmt.Errorf("find the inbox of office %d: %w", office, err)
	}
	policy, err := insertPolicy(ctx, tx, PolicyForm{Mode: BotMode, IDKType: IDKAgent, Inboxes: []account.InboxID{inbox}})
	if err != nil {
		return 0, err
	}
	id, err := postgres.Value[CampaignID](ctx, tx, `
		insert into campaign (org_id, title, title_key, office_id, policy_id, created_by, auto_archive_days)
		values (@org, @title, @key, @office, @policy, nullif(@user, 0), @days)
		returning id`, postgres.Args{"title": title, "key": sms.Fold(title), "office": office, "policy": policy,
		"user": d.actor.User, "days": DefaultAutoArchive})
	return id, titleTaken(title, err)
}

// titleTaken turns the refusal of a second campaign of the same title into words.
func titleTaken(title string, err error) error {
	if postgres.Violates(err, "campaign_org_id_title_key_key") {
		return account.Invalid{"title": fmt.Sprintf("There is already a campaign called “%s”. Choose another title.", title)}
	}
	if err != nil {
		return fmt.Errorf("write campaign %q: %w", title, err)
	}
	return nil
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
		if err := d.requireDraft(ctx, tx, id); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
			update campaign
			set title = @title, title_key = @key, office_id = @office, message = @message, merge_defaults = @defaults,
				tags = @tags, list_id = nullif(@list, 0), number_id = nullif(@number, 0), updated_at = app_now()
			where org_id = @org and id = @campaign`,
			postgres.Args{"campaign": id, "title": g.Title, "key": sms.Fold(g.Title), "office": g.Office, "message": g.Message,
				"defaults": g.MergeDefaults, "tags": g.Tags, "list": g.List, "number": g.Number})
		if postgres.IsForeignKeyViolation(err) {
			return account.Invalid{"": "The office, list or number you chose is gone. Choose again."}
		}
		return titleTaken(g.Title, err)
	})
}

func (d Desk) checkGeneral(g *General) error {
	v := account.Invalid{}
	g.Title = strings.TrimSpace(sms.Clean(g.Title))
	g.Message = sms.Clean(g.Message)
	g.Tags = cleanTags(g.Tags)
	if g.MergeDefaults == nil {
		g.MergeDefaults = map[string]string{}
	}
	if g.Title == "" {
		v.Add("title", "Give the campaign a title.")
	}
	if !d.actor.SeesOffice(g.Office) {
		v.Add("office", "Choose one of your offices.")
	}
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

// SaveAdvanced stores the second step. Before launch everything may change; afterwards the campaign
// type is fixed and the rest may still be edited.
func (d Desk) SaveAdvanced(ctx context.Context, id CampaignID, a Advanced) error {
	if err := d.actor.May(account.ManageCampaigns); err != nil {
		return err
	}
	v := account.Invalid{}
	a.Policy.check(v)
	if a.AutoArchiveDays < 1 || a.AutoArchiveDays > 180 {
		v.Add("archive_days", "Type a number of days from 1 to 180.")
	}
	if err := v.Err(); err != nil {
		return err
	}
	return d.org(ctx, func(tx *postgres.Tx) error {
		c, err := d.campaign(ctx, tx, id)
		if err != nil {
			return err
		}
		if c.State == Archived {
			return account.Conflict("This campaign is archived and cannot change any more.")
		}
		if c.Launched() {
			a.Policy.Mode = c.Mode
		}
		was, err := policy(ctx, tx, c.PolicyID)
		if err != nil {
			return err
		}
		if err := updatePolicy(ctx, tx, c.PolicyID, a.Policy); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `
			update campaign set auto_archive_days = @days, updated_at = app_now()
			where org_id = @org and id = @campaign`, postgres.Args{"campaign": id, "days": a.AutoArchiveDays}); err != nil {
			return fmt.Errorf("save campaign %d: %w", id, err)
		}
		tx.Publish(CampaignTopic(id))
		if !c.Launched() {
			return nil
		}
		return d.actor.Record(ctx, tx, account.Change{Verb: "edit", Subject: "campaign", SubjectID: int64(id),
			Was: Advanced{Policy: was.form(), AutoArchiveDays: c.AutoArchiveDays}, Became: a})
	})
}

func (p Policy) form() PolicyForm {
	return PolicyForm{Mode: p.Mode, IDKType: p.IDKType, CustomResponse: p.CustomResponse, HoldingText: p.HoldingText, Inboxes: p.Inboxes}
}

// CampaignPolicy reads the policy of a campaign.
func (d Desk) CampaignPolicy(ctx context.Context, id CampaignID) (p Policy, err error) {
	err = d.org(ctx, func(tx *postgres.Tx) error {
		c, err := d.campaign(ctx, tx, id)
		if err != nil {
			return err
		}
		p, err = policy(ctx, tx, c.PolicyID)
		return err
	})
	return p, err
}

func (d Desk) requireDraft(ctx context.Context, tx *postgres.Tx, id CampaignID) error {
	c, err := d.campaign(ctx, tx, id)
	if err != nil {
		return err
	}
	if c.State != Draft {
		return account.Conflict("This campaign has been launched. Its message, list and number cannot change any more.")
	}
	return nil
}

// CampaignTopic is the topic of events about a campaign: its counts, state and conversations.
func CampaignTopic(id CampaignID) string { return fmt.Sprintf("campaign:%d", id) }

// ConversationTopic is the topic of events about a conversation: texts, mode, needs attention.
func ConversationTopic(id ConversationID) string { return fmt.Sprintf("conversation:%d", id) }

// InboxTopic is the topic of events about who waits where in the organization.
const InboxTopic = "inbox"

// QueueTopic tells the sender that texts are waiting to be sent.
const QueueTopic = "queue"
