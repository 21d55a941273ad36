package outreach

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"parley/internal/account"
	"parley/internal/outreach/library"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// TemplateID names a text to start a campaign from: a slug of the library, or "own-" and a number for one
// that the organization has added.
type TemplateID string

// Template is a text to start a campaign from.
type Template struct {
	ID          TemplateID
	Title       string
	Topic       string
	Language    string // "en", "es"
	ContentType ContentType
	Message     string
	YesResponse string
	NoResponse  string
	OwnID       OwnTemplateID // of one that the organization has added, else 0
}

// OwnTemplateID names a text that the organization has added.
type OwnTemplateID int64

const ownPrefix = "own-"

// shipped are the texts that come with the program.
func shipped() []Template {
	texts := library.Texts()
	templates := make([]Template, len(texts))
	for i, t := range texts {
		templates[i] = Template{ID: TemplateID(t.Slug), Title: t.Title, Topic: t.Topic, Language: t.Language, ContentType: Simple,
			Message: t.Message, YesResponse: t.YesResponse, NoResponse: t.NoResponse}
		if t.YesNo {
			templates[i].ContentType = YesNo
		}
	}
	return templates
}

func ownTemplates(ctx context.Context, tx *postgres.Tx) ([]Template, error) {
	own, err := postgres.Rows[Template](ctx, tx, `
		select 'own-' || id as id, title, topic, language, content_type, message, yes_response, no_response, id as own_id
		from template
		where org_id = @org
		order by title_key`, nil)
	if err != nil {
		return nil, fmt.Errorf("read the organization's templates: %w", err)
	}
	return own, nil
}

// TemplateQuery looks for texts.
type TemplateQuery struct {
	Search string // every word must begin a word of the title, the topic or the text
	Topic  string // empty for all
}

// Templates are the texts that fit, the organization's own first, and all topics there are.
func (d Desk) Templates(ctx context.Context, q TemplateQuery) (found []Template, topics []string, err error) {
	if err := d.actor.May(account.ManageCampaigns); err != nil {
		return nil, nil, err
	}
	var all []Template
	err = d.org(ctx, func(tx *postgres.Tx) error {
		all, err = ownTemplates(ctx, tx)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	for _, t := range append(all, shipped()...) {
		if !slices.Contains(topics, t.Topic) {
			topics = append(topics, t.Topic)
		}
		if t.fits(q) {
			found = append(found, t)
		}
	}
	slices.Sort(topics)
	return found, topics, nil
}

func (t Template) fits(q TemplateQuery) bool {
	if q.Topic != "" && q.Topic != t.Topic {
		return false
	}
	words := searchWords(t.Title + " " + t.Topic + " " + t.Message)
	for _, wanted := range searchWords(q.Search) {
		if !slices.ContainsFunc(words, func(word string) bool { return strings.HasPrefix(word, wanted) }) {
			return false
		}
	}
	return true
}

// Template reads one text; ErrNotFound where there is none.
func (d Desk) Template(ctx context.Context, id TemplateID) (t Template, err error) {
	if err := d.actor.May(account.ManageCampaigns); err != nil {
		return t, err
	}
	all := shipped()
	if strings.HasPrefix(string(id), ownPrefix) {
		err = d.org(ctx, func(tx *postgres.Tx) error {
			all, err = ownTemplates(ctx, tx)
			return err
		})
	}
	if err != nil {
		return t, err
	}
	i := slices.IndexFunc(all, func(t Template) bool { return t.ID == id })
	if i < 0 {
		return t, fmt.Errorf("find template %s: %w", id, account.ErrNotFound)
	}
	return all[i], nil
}

// BeginFrom makes a draft with the text of a template.
func (d Desk) BeginFrom(ctx context.Context, title string, office account.OfficeID, id TemplateID) (CampaignID, error) {
	t, err := d.Template(ctx, id)
	if err != nil {
		return 0, err
	}
	return d.begin(ctx, seed{title: title, office: office, verb: "begin", from: t.Title, text: t})
}

// NewTemplate is how a campaign's text is added to the library.
type NewTemplate struct {
	Title    string
	Topic    string
	Language string // "en", "es"
}

func (n *NewTemplate) check() error {
	v := account.Invalid{}
	n.Title = cleanTitle(n.Title, v)
	n.Topic = strings.TrimSpace(sms.Clean(n.Topic))
	if n.Topic == "" {
		v.Add("topic", "Choose a topic, or type a new one.")
	}
	if n.Language != "en" && n.Language != "es" {
		v.Add("language", "Choose the language of the text.")
	}
	return v.Err()
}

// SaveTemplate adds the text of a campaign to the organization's library.
func (d Desk) SaveTemplate(ctx context.Context, id CampaignID, n NewTemplate) error {
	if err := d.actor.May(account.ManageCampaigns); err != nil {
		return err
	}
	if err := n.check(); err != nil {
		return err
	}
	return d.org(ctx, func(tx *postgres.Tx) error {
		c, err := d.campaign(ctx, tx, id)
		if err != nil {
			return err
		}
		if strings.TrimSpace(c.Message) == "" {
			return account.Conflict("This campaign has no message yet. Write it first.")
		}
		saved, err := postgres.Value[int64](ctx, tx, `
			insert into template (org_id, title, title_key, topic, language, content_type, message, yes_response, no_response, created_by)
			values (@org, @title, @key, @topic, @language, @content, @message, @yes, @no, nullif(@user, 0))
			returning id`, postgres.Args{"title": n.Title, "key": sms.Fold(n.Title), "topic": n.Topic, "language": n.Language,
			"content": c.ContentType, "message": c.Message, "yes": c.YesResponse, "no": c.NoResponse, "user": d.actor.User})
		if postgres.Violates(err, "template_org_id_title_key_key") {
			return account.Invalid{"title": fmt.Sprintf("There is already a text called “%s” in your library. Choose another title.", n.Title)}
		}
		if err != nil {
			return fmt.Errorf("add template %q: %w", n.Title, err)
		}
		return d.actor.Record(ctx, tx, account.Change{Verb: "add", Subject: "template", SubjectID: saved, Became: n})
	})
}

// RemoveTemplate takes one of the organization's own texts out of its library. Campaigns made from it
// keep their text.
func (d Desk) RemoveTemplate(ctx context.Context, id OwnTemplateID) error {
	if err := d.actor.May(account.ManageCampaigns); err != nil {
		return err
	}
	return d.org(ctx, func(tx *postgres.Tx) error {
		title, err := postgres.Value[string](ctx, tx, `
			delete from template where org_id = @org and id = @template returning title`, postgres.Args{"template": id})
		if err != nil {
			return fmt.Errorf("remove template %d: %w", id, err)
		}
		return d.actor.Record(ctx, tx, account.Change{Verb: "remove", Subject: "template", SubjectID: int64(id), Was: title})
	})
}
