package insight

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"parley/internal/dispatch"
	"parley/internal/outreach"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// everyConversation is more than any organization has.
const everyConversation = 1 << 31

// WriteTranscripts writes every text of the conversations that q asks for as a CSV file, a text a row,
// conversation by conversation, the oldest text first. Which conversations these are is decided once at
// the beginning, so that none is missed or comes twice while people go on texting. q.After and q.Limit
// do not matter.
func (d Desk) WriteTranscripts(ctx context.Context, q TranscriptQuery, w io.Writer) error {
	q.After = outreach.Cursor{}
	all, err := d.conversations(ctx, q)
	if err != nil {
		return err
	}
	f := newFile(w, "Conversation", "Phone number", "First name", "Last name", "Our number", "Office", "Campaign",
		d.inZone("Time"), "Written by", "Agent", "Text", "Attachments", "Delivery", "Why", answerHeading)
	for some := range slices.Chunk(all, piece) {
		texts, err := d.texts(ctx, some)
		if err != nil {
			return err
		}
		for _, t := range texts {
			f.row(t.cells(d)...)
		}
		if err := f.flush(); err != nil {
			return fmt.Errorf("write the transcripts: %w", err)
		}
	}
	return f.flush()
}

// conversations are the ids of all conversations that q asks for: 8 bytes each.
func (d Desk) conversations(ctx context.Context, q TranscriptQuery) (all []outreach.ConversationID, err error) {
	err = d.org(ctx, func(tx *postgres.Tx) error {
		all, err = postgres.Values[outreach.ConversationID](ctx, tx, `
			select id from (`+latest(q)+`) found order by last_at desc, id desc`, d.transcriptArgs(q, everyConversation))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find the conversations to write: %w", err)
	}
	return all, nil
}

// text is one text of a conversation with where it belongs.
type text struct {
	ConversationID outreach.ConversationID
	Phone          sms.Phone
	FirstName      string
	LastName       string
	NumberPhone    sms.Phone
	OfficeName     string
	CampaignTitle  string
	CreatedAt      time.Time
	Author         outreach.Author
	AgentName      string
	Body           string
	Attachments    int
	State          dispatch.State
	Reason         dispatch.Reason
	Answer         outreach.Answer // of the conversation
}

func (d Desk) texts(ctx context.Context, conversations []outreach.ConversationID) (texts []text, err error) {
	err = d.org(ctx, func(tx *postgres.Tx) error {
		texts, err = postgres.Rows[text](ctx, tx, `
			select v.id as conversation_id, c.phone, c.first_name, c.last_name, n.phone as number_phone, o.name as office_name,
				coalesce(k.title, '') as campaign_title, m.created_at, m.author, coalesce(u.name, '') as agent_name, m.body,
				coalesce(jsonb_array_length(nullif(m.media, 'null')), 0) as attachments, m.state, m.reason,
				coalesce(v.answer, '') as answer
			from unnest(@conversations::bigint[]) with ordinality as wanted (id, place)
			join conversation v on v.org_id = @org and v.id = wanted.id
			join contact c on c.org_id = @org and c.id = v.contact_id
			join phone_number n on n.org_id = @org and n.id = v.number_id
			join office o on o.org_id = @org and o.id = v.office_id
			left join campaign k on k.org_id = @org and k.id = v.campaign_id
			join message m on `+itsTexts+`
			left join app_user u on u.org_id = @org and u.id = m.user_id
			order by wanted.place, m.id`, postgres.Args{"conversations": conversations})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the texts of %d conversations: %w", len(conversations), err)
	}
	return texts, nil
}

func (t text) cells(d Desk) []string {
	attachments := ""
	if t.Attachments > 0 {
		attachments = strconv.Itoa(t.Attachments)
	}
	return []string{strconv.FormatInt(int64(t.ConversationID), 10), string(t.Phone), t.FirstName, t.LastName, string(t.NumberPhone),
		t.OfficeName, t.CampaignTitle, d.moment(t.CreatedAt), string(t.Author), t.AgentName, t.Body, attachments,
		inWords(t.State), t.Reason.Sentence(), said[t.Answer]}
}
