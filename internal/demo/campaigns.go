package demo

import (
	"context"
	"fmt"
	"strings"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/internal/knowledge"
	"parley/internal/outreach"
)

// teach adopts the starter library: what students of any university ask, in English and Spanish.
func (s *seed) teach(ctx context.Context) error {
	_, err := knowledge.NewDesk(s.DB, s.Library, s.users["Rosa Delgado"]).AdoptStarter(ctx, knowledge.Adoption{Site: "marlowe.edu", On: true})
	return err
}

// Sizes of the demo: everybody, and the lists of its two campaigns.
const (
	manyStudents = 2000
	welcomeSize  = 80
	fafsaSize    = 260
)

func (s *seed) importStudents(ctx context.Context) error {
	s.students = students(manyStudents)
	if _, err := s.importList(ctx, "students_fall_2026.csv", "All students, fall 2026", s.students); err != nil {
		return err
	}
	return nil
}

// importList uploads a file as a manager does: read, mapped as proposed, checked, imported.
func (s *seed) importList(ctx context.Context, file, name string, list []student) (audience.ListID, error) {
	desk := audience.NewDesk(s.DB, s.users["Dana Whitfield"])
	body := csv(list)
	id, err := desk.Upload(ctx, file, strings.NewReader(body), int64(len(body)))
	if err != nil {
		return 0, err
	}
	i, err := desk.Import(ctx, id)
	if err != nil {
		return 0, err
	}
	if err := desk.Columns(ctx, id, audience.Choice{Mapping: i.Mapping, ListName: name}); err != nil {
		return 0, err
	}
	if _, err := s.reach(ctx, desk, id, audience.Checked); err != nil {
		return 0, err
	}
	if err := desk.Start(ctx, id); err != nil {
		return 0, err
	}
	done, err := s.reach(ctx, desk, id, audience.Imported)
	if err != nil || done.ListID == nil {
		return 0, err
	}
	return *done.ListID, nil
}

func (s *seed) reach(ctx context.Context, desk audience.Desk, id audience.ImportID, state audience.ImportState) (i audience.Import, err error) {
	err = wait(ctx, "the import is "+string(state), func() (bool, error) {
		if i, err = desk.Import(ctx, id); err != nil {
			return false, err
		}
		if i.State == audience.Failed {
			return false, fmt.Errorf("import %s: %s", i.FileName, i.Error)
		}
		return i.State == state, nil
	})
	return i, err
}

// plan is a campaign to be run.
type plan struct {
	title, message, number, office string
	tags                           []string
	list                           audience.ListID
	policy                         outreach.PolicyForm
}

// run launches a campaign and waits until the last text is out.
func (s *seed) run(ctx context.Context, p plan) (outreach.CampaignID, error) {
	desk := s.desk("Dana Whitfield")
	id, err := s.write(ctx, p)
	if err != nil {
		return 0, err
	}
	review, err := desk.Review(ctx, id)
	if err != nil {
		return 0, err
	}
	if err := desk.Launch(ctx, id, review.Fingerprint); err != nil {
		return 0, err
	}
	return id, wait(ctx, p.title+" is sent", func() (bool, error) {
		progress, err := desk.Progress(ctx, id)
		return err == nil && progress.Open() == 0 && progress.Accepted+progress.Sent == 0, err
	})
}

func (s *seed) write(ctx context.Context, p plan) (outreach.CampaignID, error) {
	desk := s.desk("Dana Whitfield")
	office := s.offices[p.office]
	id, err := desk.Begin(ctx, p.title, office)
	if err != nil {
		return 0, err
	}
	err = desk.SaveGeneral(ctx, id, outreach.General{Title: p.title, Office: office, Message: p.message, Tags: p.tags, List: p.list, Number: s.numbers[p.number]})
	if err != nil {
		return 0, err
	}
	if p.policy.Inboxes, err = s.inboxes(ctx, p.office); err != nil {
		return 0, err
	}
	return id, desk.SaveAdvanced(ctx, id, outreach.Advanced{Policy: p.policy, AutoArchiveDays: outreach.DefaultAutoArchive})
}

// inboxes are the office's inbox and, beside it, Ben's own.
func (s *seed) inboxes(ctx context.Context, office string) ([]account.InboxID, error) {
	choices, err := s.desk("Dana Whitfield").Choices(ctx)
	if err != nil {
		return nil, err
	}
	var found []account.InboxID
	for _, c := range choices {
		if c.Name == office || c.Name == "Ben Castillo" {
			found = append(found, c.ID)
		}
	}
	return found, nil
}

// welcomeWeek is a campaign of agents that is over.
func (s *seed) welcomeWeek(ctx context.Context) error {
	list, err := s.importList(ctx, "welcome_sophomores.csv", "Sophomores in halls", s.students[400:400+welcomeSize])
	if err != nil {
		return err
	}
	id, err := s.run(ctx, plan{title: "Welcome week: how is it going?", office: registrar, number: "+12085550167", list: list, tags: []string{"welcome", "sophomores"},
		message: "Hi {{first_name}}, welcome back to Marlowe! Anything you need for the first weeks? Just reply, we read every text.",
		policy:  outreach.PolicyForm{Mode: outreach.AgentMode, IDKType: outreach.IDKAgent}})
	if err != nil {
		return err
	}
	if err := s.answerFrom(ctx, "+12085550167", s.students[400:400+len(welcomeReplies)], welcomeReplies); err != nil {
		return err
	}
	if err := s.handled(ctx, id, len(welcomeReplies)); err != nil {
		return err
	}
	if err := s.clearAll(ctx, id); err != nil {
		return err
	}
	return s.desk("Dana Whitfield").Archive(ctx, id, false)
}

// priorityDeadline is a campaign of the bot that is under way.
func (s *seed) priorityDeadline(ctx context.Context) error {
	list, err := s.importList(ctx, "fafsa_not_filed.csv", "FAFSA not filed, Nov 20", s.students[:fafsaSize])
	if err != nil {
		return err
	}
	if err := s.nameThePhones(s.students[:fafsaSize]); err != nil {
		return err
	}
	s.campaign, err = s.run(ctx, plan{title: "FAFSA priority deadline, March 1", office: financialAid, number: "+12085550142", list: list,
		tags: []string{"fafsa", "deadline", "2027-28"},
		message: "Hi {{first_name|there}}, the FAFSA priority deadline is Monday, March 1. Filing by then keeps you first in line for grants. " +
			"Questions? Just reply. STOP to opt out.",
		policy: outreach.PolicyForm{Mode: outreach.BotMode, IDKType: outreach.IDKAgent}})
	if err != nil {
		return err
	}
	if err := s.answerFrom(ctx, "+12085550142", s.students[:len(fafsaReplies)], fafsaReplies); err != nil {
		return err
	}
	return s.handled(ctx, s.campaign, len(fafsaReplies))
}

// draft is a campaign that waits to be finished.
func (s *seed) draft(ctx context.Context) error {
	_, err := s.write(ctx, plan{title: "Spring registration opens Monday", office: registrar, number: "+12085550110", tags: []string{"registration"},
		message: "Hi {{first_name|there}}, registration for spring opens Monday at 7 AM. Your advisor is {{advisor}}.",
		policy:  outreach.PolicyForm{Mode: outreach.BotMode, IDKType: outreach.IDKAgent}})
	return err
}
