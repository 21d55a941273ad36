package knowledge

import (
	"context"
	"fmt"
	"strings"

	"parley/internal/account"
	"parley/internal/bot"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// crisisText is what somebody who may be in danger is told while a person is called: the
// organization's own words, or ours. 988 is the crisis line of the United States and Canada, by call
// and by text; elsewhere no number is safe to give.
func (s setting) crisisText(language Language) string {
	if s.CrisisText != "" {
		return s.CrisisText
	}
	lifeline := s.Country == "US" || s.Country == "CA"
	switch {
	case language == bot.Spanish && lifeline:
		return "Una persona leerá su texto. Si hay peligro ahora, llame al 911. A cualquier hora puede llamar o escribir al 988."
	case language == bot.Spanish:
		return "Una persona leerá su texto. Si hay peligro ahora, llame al número de emergencias de su país."
	case lifeline:
		return "A person will read your text. If anyone is in danger now, call 911. You can call or text 988 at any hour."
	}
	return "A person will read your text. If anyone is in danger now, call your country's emergency number."
}

// CrisisText is what somebody who may be in danger is told: the organization's own words, or those
// that the program uses without.
func (d Desk) CrisisText(ctx context.Context) (text string, own bool, err error) {
	err = d.read(ctx, func(tx *postgres.Tx) error {
		s, err := readSetting(ctx, tx, 0)
		text, own = s.crisisText(bot.English), s.CrisisText != ""
		return err
	})
	return text, own, err
}

// SetCrisisText sets the organization's own words for somebody who may be in danger, in every
// language; an empty text goes back to the program's. It is for administrators.
func (d Desk) SetCrisisText(ctx context.Context, text string) error {
	if err := d.actor.May(account.Administer); err != nil {
		return err
	}
	text = strings.TrimSpace(sms.Clean(text))
	if sms.Count(text).TooLong() {
		return account.Invalid{"crisis_text": fmt.Sprintf("This text is too long. The longest is %d characters.", sms.MaxBody)}
	}
	return d.db.Org(ctx, d.actor.Org, func(tx *postgres.Tx) error {
		was, err := postgres.Value[string](ctx, tx, `
			select crisis_text from organization where org_id = @org for update`, nil)
		if err != nil {
			return fmt.Errorf("read the text for a crisis: %w", err)
		}
		if was == text {
			return nil
		}
		_, err = tx.Exec(ctx, `update organization set crisis_text = @text where org_id = @org`, postgres.Args{"text": text})
		if err != nil {
			return fmt.Errorf("set the text for a crisis: %w", err)
		}
		return d.recordOrganization(ctx, tx, "set crisis text", was, text)
	})
}
