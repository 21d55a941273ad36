package audience

import (
	"encoding/json"
	"maps"

	"parley/internal/postgres"
	"parley/internal/sms"
)

// draft is a person whose values have been read and found good: what is written to a contact.
type draft struct {
	phone                      sms.Phone
	firstName, lastName        string
	email, language, zone, zip string
	fields                     map[string]string
}

func draftOf(c Contact) draft {
	return draft{phone: c.Phone, firstName: c.FirstName, lastName: c.LastName, email: c.Email,
		language: c.Language, zone: c.TimeZone, zip: c.ZIP, fields: c.Fields}
}

// args are the arguments of the statement that writes one draft.
func (d draft) args() postgres.Args {
	return postgres.Args{"phone": d.phone, "first": d.firstName, "last": d.lastName,
		"first_key": sms.Fold(d.firstName), "last_key": sms.Fold(d.lastName), "email": d.email,
		"language": d.language, "zone": d.zone, "zip": d.zip, "fields": d.fieldsJSON()}
}

// fieldsJSON encodes the custom fields.
func (d draft) fieldsJSON() string {
	if len(d.fields) == 0 {
		return "{}"
	}
	b, _ := json.Marshal(d.fields) // strings always encode
	return string(b)
}

// shown is the draft as the audit keeps it.
func (d draft) shown() map[string]any {
	shown := map[string]any{"phone": d.phone}
	for _, f := range fixedFields {
		if value := *f.in(&d); value != "" {
			shown[string(f.target)] = value
		}
	}
	if len(d.fields) > 0 {
		shown["fields"] = d.fields
	}
	return shown
}

// amend lays what a file says over what is known: a blank cell leaves the value, and the number
// stays as it is. It says whether anything changed.
func (d draft) amend(by draft) (draft, bool) {
	out, changed := d, false
	for _, f := range fixedFields {
		if value := *f.in(&by); value != "" && value != *f.in(&out) {
			*f.in(&out) = value
			changed = true
		}
	}
	cloned := false
	for name, value := range by.fields {
		if value == "" || out.fields[name] == value {
			continue
		}
		if !cloned {
			out.fields = cloneFields(out.fields)
			cloned = true
		}
		out.fields[name] = value
	}
	return out, changed || cloned
}

func cloneFields(fields map[string]string) map[string]string {
	if fields == nil {
		return map[string]string{}
	}
	return maps.Clone(fields)
}
