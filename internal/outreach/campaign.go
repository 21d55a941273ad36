package outreach

import (
	"context"
	"fmt"
	"time"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/internal/postgres"
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
	ContentType     ContentType
	Message         string
	MergeDefaults   map[string]string // what people without a value read, by merge field
	MergeSkips      []string          // merge fields whose people are left out where they have neither
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
	Wish
	Answering
	ClonedFrom   *CampaignID
	ScheduledFor *time.Time
	ScheduledBy  account.UserID
	LaunchedAt   *time.Time
	LaunchedBy   string
	SentAt       *time.Time
	ArchivedAt   *time.Time
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// ContentType is what a campaign's text asks for.
type ContentType string

// The content types.
const (
	Simple ContentType = "simple" // people read it, and ask if they like
	YesNo  ContentType = "yes_no" // a question whose answers are sorted into yes, no and other
)

// Governs says whether the campaign's policy governs its conversations: from launch to archive.
func (c Campaign) Governs() bool { return c.State == Sending || c.State == Active }

// Launched says whether the message, list, number and campaign type are fixed.
func (c Campaign) Launched() bool { return c.State != Draft && c.State != Scheduled }

// ArchivesAt is when a launched campaign archives itself: so many days after its launch, at the same
// time of day in the organization's zone. It is zero before the launch.
func (c Campaign) ArchivesAt(zone *time.Location) time.Time {
	if c.LaunchedAt == nil {
		return time.Time{}
	}
	return c.LaunchedAt.In(zone).AddDate(0, 0, c.AutoArchiveDays)
}

// campaignSQL reads @campaign with the names a page shows.
const campaignSQL = campaignColumnsSQL + `
	from campaign c` + campaignNamesSQL + ` and c.id = @campaign`

// campaignsSQL reads the campaigns of @ids in their order, each with one probe of its key, whatever the
// planner thinks of reading all of an office.
const campaignsSQL = campaignColumnsSQL + `
	from unnest(@ids::bigint[]) with ordinality as listed (id, place)
	cross join lateral (
		select id, title, office_id, state, paused, content_type, message, merge_defaults, merge_skips, tags, list_id, number_id, policy_id,
			auto_archive_days, launch_later, launch_date, launch_time, yes_response, yes_escalate, no_response, no_escalate,
			cloned_from, scheduled_for, scheduled_by, launched_at, launched_by, sent_at, archived_at, created_at, updated_at, org_id
		from campaign
		where org_id = @org and id = listed.id
		limit 1) c` + campaignNamesSQL + `
	order by listed.place`

// campaignColumnsSQL and campaignNamesSQL are what a campaign c is shown with.
const campaignColumnsSQL = `
	select c.id, c.title, c.office_id, o.name as office_name, c.state, c.paused, c.content_type, c.message,
		c.merge_defaults, c.merge_skips, c.tags, c.list_id, coalesce(l.name, '') as list_name, coalesce(l.contacts, 0) as list_contacts,
		c.number_id, coalesce(n.phone, '') as number_phone, coalesce(n.kind, '') as number_kind,
		c.policy_id, p.mode, c.auto_archive_days, c.launch_later,
		coalesce(to_char(c.launch_date, 'YYYY-MM-DD'), '') as launch_date, coalesce(to_char(c.launch_time, 'HH24:MI'), '') as launch_time,
		c.yes_response, c.yes_escalate, c.no_response, c.no_escalate,
		c.cloned_from, c.scheduled_for, coalesce(c.scheduled_by, 0) as scheduled_by, c.launched_at, coalesce(u.name, '') as launched_by,
		c.sent_at, c.archived_at, c.created_at, c.updated_at`

const campaignNamesSQL = `
	join office o on o.org_id = @org and o.id = c.office_id
	join response_policy p on p.org_id = @org and p.id = c.policy_id
	left join contact_list l on l.org_id = @org and l.id = c.list_id
	left join phone_number n on n.org_id = @org and n.id = c.number_id
	left join app_user u on u.org_id = @org and u.id = c.launched_by
	where c.org_id = @org`

// campaign reads a campaign that the actor may see; any other is ErrNotFound.
func (d Desk) campaign(ctx context.Context, tx *postgres.Tx, id CampaignID) (Campaign, error) {
	c, err := postgres.Row[Campaign](ctx, tx, campaignSQL, postgres.Args{"campaign": id})
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

// CampaignTopic is the topic of events about a campaign: its counts, state and conversations.
func CampaignTopic(id CampaignID) string { return fmt.Sprintf("campaign:%d", id) }

// ConversationTopic is the topic of events about a conversation: texts, mode, needs attention.
func ConversationTopic(id ConversationID) string { return fmt.Sprintf("conversation:%d", id) }

// InboxTopic is the topic of events about who waits where in the organization.
const InboxTopic = "inbox"

// QueueTopic tells the sender that texts are waiting to be sent.
const QueueTopic = "queue"
