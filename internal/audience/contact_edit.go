package audience

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"

	"parley/internal/account"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// Person is a contact as somebody typed it or a file wrote it.
type Person struct {
	Phone     string // any spelling; the organization's country where none is written
	FirstName string
	LastName  string
	Email     string
	Language  string
	TimeZone  string
	ZIP       string
	Fields    map[string]string // custom fields by heading or folded name
}

// AddContact adds a person and returns their id. A number that another contact has is refused, with
// that contact's name. An opt-out of the number stands.
func (d Desk) AddContact(ctx context.Context, p Person) (ContactID, error) {
	draft, err := d.read(p)
	if err != nil {
		return 0, err
	}
	var id ContactID
	err = d.change(ctx, func(tx *postgres.Tx) error {
		if err := refuseTaken(ctx, tx, draft.phone, 0); err != nil {
			return err
		}
		id, err = postgres.Value[ContactID](ctx, tx, `
			insert into contact (org_id, phone, first_name, last_name, first_key, last_key,
				email, language, time_zone, zip, fields)
			values (@org, @phone, @first, @last, @first_key, @last_key, @email, @language, @zone, @zip, @fields)
			on conflict (org_id, phone) do nothing
			returning id`, draft.args())
		if errors.Is(err, account.ErrNotFound) {
			return account.Conflict("Somebody has just added this number. Search for it.")
		}
		if err != nil {
			return fmt.Errorf("add a contact: %w", err)
		}
		if err := forgetFormer(ctx, tx, draft.phone); err != nil {
			return err
		}
		return d.actor.Record(ctx, tx, account.Change{Verb: "add", Subject: "contact", SubjectID: int64(id), Became: draft.shown()})
	})
	return id, err
}

// EditContact changes a contact to what p says; a custom field that p does not name stays. A changed
// number is remembered as corrected by hand, so that a file with the old one does not bring it
// back, and an opt-out of the old number goes along to the new one.
func (d Desk) EditContact(ctx context.Context, id ContactID, p Person) error {
	draft, err := d.read(p)
	if err != nil {
		return err
	}
	return d.change(ctx, func(tx *postgres.Tx) error {
		was, err := lockContact(ctx, tx, id)
		if err != nil {
			return err
		}
		fields := maps.Clone(was.Fields)
		maps.Copy(fields, draft.fields)
		maps.DeleteFunc(fields, func(_, value string) bool { return value == "" })
		draft.fields = fields
		if err := refuseTaken(ctx, tx, draft.phone, id); err != nil {
			return err
		}
		if err := d.save(ctx, tx, was, draft); err != nil {
			return err
		}
		tx.Publish(fmt.Sprintf("contact:%d", id))
		return d.actor.Record(ctx, tx, account.Change{Verb: "edit", Subject: "contact", SubjectID: int64(id),
			Was: draftOf(was).shown(), Became: draft.shown()})
	})
}

func lockContact(ctx context.Context, tx *postgres.Tx, id ContactID) (Contact, error) {
	c, err := postgres.Row[Contact](ctx, tx, `
		select `+ContactColumns+`
		from contact c
		where c.org_id = @org and c.id = @contact
		for update`, postgres.Args{"contact": id})
	if err != nil {
		return Contact{}, fmt.Errorf("load contact %d: %w", id, err)
	}
	return c, nil
}

func (d Desk) save(ctx context.Context, tx *postgres.Tx, was Contact, now draft) error {
	args := now.args()
	args["contact"], args["corrected"] = was.ID, now.phone != was.Phone
	_, err := tx.Exec(ctx, `
		update contact set phone = @phone, first_name = @first, last_name = @last,
			first_key = @first_key, last_key = @last_key, email = @email, language = @language,
			time_zone = @zone, zip = @zip, fields = @fields, updated_at = app_now(),
			phone_corrected_at = case when @corrected then app_now() else phone_corrected_at end
		where org_id = @org and id = @contact`, args)
	if postgres.Violates(err, "contact_org_id_phone_key") {
		return account.Conflict("Somebody has just added this number to another contact. Search for it.")
	}
	if err != nil {
		return fmt.Errorf("edit contact %d: %w", was.ID, err)
	}
	if now.phone == was.Phone {
		return nil
	}
	return d.renumber(ctx, tx, was, now.phone)
}

// renumber remembers the old number and carries its opt-out along: the person asked for silence,
// whatever number they are reached at.
func (d Desk) renumber(ctx context.Context, tx *postgres.Tx, was Contact, phone sms.Phone) error {
	if err := forgetFormer(ctx, tx, phone); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		insert into contact_former_phone (org_id, phone, contact_id) values (@org, @phone, @contact)
		on conflict (org_id, phone) do update set contact_id = excluded.contact_id, replaced_at = excluded.replaced_at`,
		postgres.Args{"phone": was.Phone, "contact": was.ID})
	if err != nil {
		return fmt.Errorf("remember the former number of contact %d: %w", was.ID, err)
	}
	status, err := ConsentOf(ctx, tx, was.Phone)
	if err != nil {
		return err
	}
	told := Consent{Phone: phone, Source: FromUser, User: d.actor.User, Reason: "number changed from " + string(was.Phone)}
	switch status {
	case OptedOut:
		_, err = OptOut(ctx, tx, told)
	case Held:
		_, err = Hold(ctx, tx, told)
	}
	return err
}

// forgetFormer is for a number that a contact has again.
func forgetFormer(ctx context.Context, tx *postgres.Tx, phone sms.Phone) error {
	_, err := tx.Exec(ctx, `
		delete from contact_former_phone where org_id = @org and phone = @phone`, postgres.Args{"phone": phone})
	if err != nil {
		return fmt.Errorf("forget a former number: %w", err)
	}
	return nil
}

func refuseTaken(ctx context.Context, tx *postgres.Tx, phone sms.Phone, except ContactID) error {
	other, err := Find(ctx, tx, phone)
	if errors.Is(err, account.ErrNotFound) || err == nil && other.ID == except {
		return nil
	}
	if err != nil {
		return err
	}
	name := other.Name()
	if name == "" {
		name = "A contact without a name"
	}
	return account.Invalid{"phone": name + " has this number. Edit that contact instead."}
}

// read checks what a person typed; what is wrong is named field by field.
func (d Desk) read(p Person) (draft, error) {
	if err := d.actor.May(account.ManageContacts); err != nil {
		return draft{}, err
	}
	v := account.Invalid{}
	phone, err := sms.ParsePhone(p.Phone, d.actor.OrgCountry)
	if err != nil {
		v.Add("phone", err.Error())
	}
	made := draft{phone: phone, fields: map[string]string{}}
	for _, f := range fixedFields {
		value, problem := f.clean(f.of(&p), d.actor.OrgCountry)
		if problem != nil {
			v.Add(string(f.target), problem.Reason)
		}
		*f.in(&made) = value
	}
	for heading, value := range p.Fields {
		name := sms.FieldName(heading)
		if name == "" || isFixed(name) {
			v.Add("field:"+heading, "Choose another name for this field.")
			continue
		}
		value, problem := cleanCustom(heading, value)
		if problem != nil {
			v.Add("field:"+name, problem.Reason)
		}
		made.fields[name] = value
	}
	if strings.TrimSpace(p.Phone) == "" {
		v["phone"] = "Type the person's phone number."
	}
	return made, v.Err()
}
