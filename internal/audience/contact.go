package audience

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"parley/internal/account"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// Contact is a person with a phone number.
type Contact struct {
	ID        ContactID
	Phone     sms.Phone
	FirstName string
	LastName  string
	Email     string
	Language  string // "en", "es", or as the file wrote it where that is no language we know
	TimeZone  string // IANA name; empty: from ZIP or phone
	ZIP       string
	Fields    map[string]string // custom fields by their folded name, sms.FieldName
	// Set once a person has changed the number by hand: files no longer do.
	PhoneCorrectedAt *time.Time
	CreatedAt        time.Time
	UpdatedAt        time.Time
}

// ContactColumns are the columns of Contact, of a table that the statement calls c.
const ContactColumns = `c.id, c.phone, c.first_name, c.last_name, c.email, c.language, c.time_zone, c.zip,
	c.fields, c.phone_corrected_at, c.created_at, c.updated_at`

// Name is first and last name, or empty for somebody of whom only the number is known.
func (c Contact) Name() string {
	return strings.TrimSpace(c.FirstName + " " + c.LastName)
}

// MergeFields are the values for sms.Template.Render: the custom fields, and the fixed ones under
// the names first_name, last_name, email, language, zip, time_zone and phone, which no custom field takes.
func (c Contact) MergeFields() map[string]string {
	values := make(map[string]string, len(c.Fields)+len(fixedFields))
	for name, value := range c.Fields {
		values[name] = value
	}
	values["first_name"], values["last_name"], values["email"] = c.FirstName, c.LastName, c.Email
	values["language"], values["zip"], values["time_zone"], values["phone"] = c.Language, c.ZIP, c.TimeZone, string(c.Phone)
	return values
}

// Find returns the contact with this number, or account.ErrNotFound.
func Find(ctx context.Context, tx *postgres.Tx, phone sms.Phone) (Contact, error) {
	c, err := postgres.Row[Contact](ctx, tx, `
		select `+ContactColumns+`
		from contact c
		where c.org_id = @org and c.phone = @phone`, postgres.Args{"phone": phone})
	if err != nil {
		return Contact{}, fmt.Errorf("find the contact %s: %w", phone, err)
	}
	return c, nil
}

// Meet returns the contact with this number and makes one, without a name, if there is none: for a
// text from somebody unknown. Two texts at once meet the same contact.
func Meet(ctx context.Context, tx *postgres.Tx, phone sms.Phone) (Contact, error) {
	c, err := Find(ctx, tx, phone)
	if !errors.Is(err, account.ErrNotFound) {
		return c, err
	}
	_, err = tx.Exec(ctx, `
		insert into contact (org_id, phone) values (@org, @phone)
		on conflict (org_id, phone) do nothing`, postgres.Args{"phone": phone})
	if err != nil {
		return Contact{}, fmt.Errorf("meet %s: %w", phone, err)
	}
	return Find(ctx, tx, phone)
}

// ContactCard is everything that is known of one contact.
type ContactCard struct {
	Contact
	Consent     ConsentStatus
	Ledger      []ConsentEvent // newest first
	Lists       []ListName
	FormerPhone []sms.Phone // replaced by hand, the latest first
}

// ListName is a list as another page names it.
type ListName struct {
	ID   ListID
	Name string
}

// Contact returns one contact's card.
func (d Desk) Contact(ctx context.Context, id ContactID) (ContactCard, error) {
	var card ContactCard
	err := d.look(ctx, func(tx *postgres.Tx) (err error) {
		card, err = contactCard(ctx, tx, id)
		return err
	})
	return card, err
}

func contactCard(ctx context.Context, tx *postgres.Tx, id ContactID) (ContactCard, error) {
	c, err := contactByID(ctx, tx, id)
	if err != nil {
		return ContactCard{}, err
	}
	card := ContactCard{Contact: c}
	if card.Consent, err = ConsentOf(ctx, tx, c.Phone); err != nil {
		return ContactCard{}, err
	}
	if card.Ledger, err = ledger(ctx, tx, c.Phone); err != nil {
		return ContactCard{}, err
	}
	if card.Lists, err = listsOf(ctx, tx, id); err != nil {
		return ContactCard{}, err
	}
	card.FormerPhone, err = postgres.Values[sms.Phone](ctx, tx, `
		select phone from contact_former_phone
		where org_id = @org and contact_id = @contact
		order by replaced_at desc
		limit 20`, postgres.Args{"contact": id})
	return card, err
}

func contactByID(ctx context.Context, tx *postgres.Tx, id ContactID) (Contact, error) {
	c, err := postgres.Row[Contact](ctx, tx, `
		select `+ContactColumns+`
		from contact c
		where c.org_id = @org and c.id = @contact`, postgres.Args{"contact": id})
	if err != nil {
		return Contact{}, fmt.Errorf("load contact %d: %w", id, err)
	}
	return c, nil
}

func listsOf(ctx context.Context, tx *postgres.Tx, id ContactID) ([]ListName, error) {
	return postgres.Rows[ListName](ctx, tx, `
		select l.id, l.name
		from contact_list_member m
		join contact_list l on l.org_id = @org and l.id = m.list_id
		where m.org_id = @org and m.contact_id = @contact
		order by l.id desc
		limit 50`, postgres.Args{"contact": id})
}

// Fields are the names of the custom fields that the organization's files brought, sorted.
func (d Desk) Fields(ctx context.Context) ([]string, error) {
	var names []string
	err := d.look(ctx, func(tx *postgres.Tx) (err error) {
		names, err = knownFields(ctx, tx)
		return err
	})
	return names, err
}

// knownFields reads the mappings of all files rather than all contacts: thousands, not millions.
func knownFields(ctx context.Context, tx *postgres.Tx) ([]string, error) {
	return postgres.Values[string](ctx, tx, `
		select distinct substr(target, length(@prefix) + 1) as name
		from contact_import i, jsonb_array_elements_text(i.mapping) target
		where i.org_id = @org and i.rows_new + i.rows_updated + i.rows_unchanged > 0
			and i.state in ('importing', 'imported', 'cancelled') and starts_with(target, @prefix)
		order by name`, postgres.Args{"prefix": fieldPrefix})
}
