package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"parley/internal/outreach"
	"parley/internal/phonenet"
)

// fafsaReplies are sixty people's answers: what the bot knows, what it does not, those who want a
// person, Spanish, small talk, and two who have had enough.
var fafsaReplies = []string{
	"does it cost anything", "ok so my dad moved to Mexico last year, which parent do i put", "thank you so much!", "¿Puedo llenarla en español?",
	"whats the school code", "can somebody call me about this", "when is the deadline again", "STOP", "it says my SSN doesnt match", "ok",
	"is the financial aid office open friday", "cuando es la fecha limite de la fafsa", "i already filed it last week", "thx", "do i need my parents taxes",
	"how do i get my fsa id", "my stepdad pays for everything does he count", "can i still get a loan if i file late", "donde esta la oficina de ayuda financiera", "what is work study",
	"hi", "how much aid will i get", "no me escriban más", "where do i upload my documents", "whats verification", "when does aid get paid out",
	"i have a hold on my account", "can i appeal my award", "my parents are divorced who do i list", "do i have to file every year", "got it 👍", "what scholarships are there",
	"cuánto cuesta", "i lost my fsa id password", "does filing hurt my credit", "whats the FAFSA", "can my llama come to the office", "need to talk to a real person",
	"how do i accept my loans", "is there a payment plan", "when is tuition due", "ok i'll do it tonight", "what if i miss the deadline", "i am an international student can i file",
	"do i qualify for pell", "my brother goes here too is there a discount", "gracias", "why did my award change", "how do i contact financial aid", "can i use aid for summer",
	"what happens if i drop a class", "where is harlan hall", "is my info safe", "i cant log in to the portal", "me pueden llamar por favor", "who is this",
	"how long does fafsa take", "can i file on my phone", "i got selected for verification", "wrong person but good luck lol",
}

// inSpanish are those of fafsaReplies by people who are known to speak Spanish.
var inSpanish = []string{"¿Puedo llenarla en español?", "cuando es la fecha limite de la fafsa", "donde esta la oficina de ayuda financiera",
	"no me escriban más", "cuánto cuesta", "gracias", "me pueden llamar por favor"}

var welcomeReplies = []string{
	"hey thanks! when does the gym open", "my key card doesnt work at night", "all good here", "who do i ask about a roommate change", "thanks :)", "is the library open sunday",
}

// kinds are the phones of the list that are no smartphones, or off, as some always are.
var kinds = map[int]phonenet.HandsetKind{61: phonenet.Landline, 77: phonenet.OutOfReach, 103: phonenet.UnlistedLandline,
	140: phonenet.OutOfReach, 188: phonenet.Keypad}

// onDesk are the phones that stand on the page of test phones whatever else happens: two people who
// answered, an old phone, and a landline that refuses.
var onDesk = map[int]bool{0: true, 3: true, 188: true, 61: true}

// nameThePhones gives people's phones their names.
func (s *seed) nameThePhones(people []student) error {
	for i, p := range people {
		h := s.Network.Handset(p.phone)
		profile := h.Profile()
		profile.Name, profile.OnDesk = p.first, onDesk[i]
		if kind, ok := kinds[i]; ok {
			profile.Kind = kind
		}
		if err := h.Describe(profile); err != nil {
			return fmt.Errorf("describe the phone %s: %w", p.phone, err)
		}
	}
	return nil
}

// answerFrom lets each person answer from their own phone.
func (s *seed) answerFrom(ctx context.Context, number string, people []student, replies []string) error {
	for i, reply := range replies {
		if _, err := s.Network.Handset(people[i].phone).Send(ctx, number, reply); err != nil {
			return fmt.Errorf("text from %s: %w", people[i].phone, err)
		}
	}
	return nil
}

// handled waits until every answer has become a conversation of the campaign.
func (s *seed) handled(ctx context.Context, id outreach.CampaignID, replies int) error {
	return wait(ctx, "everybody's answer is in", func() (bool, error) {
		progress, err := s.desk("Dana Whitfield").Progress(ctx, id)
		return err == nil && progress.Replied == replies, err
	})
}

// clearAll has an agent answer the first and clear the others.
func (s *seed) clearAll(ctx context.Context, id outreach.CampaignID) error {
	waiting, err := s.desk("Priya Raman").Activity(ctx, outreach.ActivityQuery{Campaign: id, Filter: outreach.NeedsAttention})
	if err != nil {
		return err
	}
	for i, v := range waiting.Rows {
		if i == 0 {
			err = s.desk("Priya Raman").Reply(ctx, v.ID, outreach.Reply{Body: "Hi " + v.FirstName + ", the front desk in Alder Hall can help with that until 6 PM today. Priya, Registrar"})
		} else {
			err = s.desk("Priya Raman").Clear(ctx, v.ID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// personally are answers of agents, by words of the question.
var personally = []struct{ question, agent, body string }{
	{"which parent do i put", "Ann Okafor", "Put the parent who gave you more support in the last 12 months, even if they live abroad. Ann, Financial Aid"},
	{"can somebody call me", "Ben Castillo", "I can call you today between 1:00 and 4:00 PM. Which time suits you? Ben, Financial Aid"},
	{"SSN doesnt match", "Ann Okafor", "Please check that your name is spelled as on your Social Security card, then try again. Ann"},
	{"does he count", "Ben Castillo", "It counts if he lives with you. Send me what you have and I will look at it. Ben"},
}

// answerSome has the agents do a morning's work: answers, one cleared and taken over from the bot.
func (s *seed) answerSome(ctx context.Context) error {
	waiting, err := s.desk("Ann Okafor").Activity(ctx, outreach.ActivityQuery{Campaign: s.campaign, Filter: outreach.NeedsAttention, WaitingFirst: true})
	if err != nil {
		return err
	}
	cleared := false
	for _, v := range waiting.Rows {
		if v.OptedOut || v.Held {
			continue
		}
		i := slices.IndexFunc(personally, func(a struct{ question, agent, body string }) bool { return strings.Contains(v.Preview, a.question) })
		switch {
		case i >= 0:
			err = s.desk(personally[i].agent).Reply(ctx, v.ID, outreach.Reply{Body: personally[i].body})
		case !cleared:
			cleared = true
			if err = s.desk("Ann Okafor").Clear(ctx, v.ID); err == nil {
				err = s.desk("Ann Okafor").SwitchMode(ctx, v.ID)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}
