package dispatch

import (
	"strconv"
	"strings"

	"parley/internal/postgres"
	"parley/internal/sms"
)

// Topics that other packages publish and a Sender listens to.
const (
	// TopicQueue: texts of the organization were queued, or may go again after a resume.
	TopicQueue = "queue"
	// TopicCarrier: the organization's account at the carrier changed, was stopped or resumed.
	TopicCarrier = "carrier"

	optOutPrefix = "optout:"
	pausePrefix  = "pause:"
)

// TopicOptOut is published by the transaction that stores an opt-out of the phone.
func TopicOptOut(phone sms.Phone) string { return optOutPrefix + string(phone) }

// TopicPause is published by the transaction that pauses or archives the campaign.
func TopicPause(campaign int64) string { return pausePrefix + strconv.FormatInt(campaign, 10) }

// TopicCampaign is published when states of the campaign's texts changed.
func TopicCampaign(campaign int64) string { return "campaign:" + strconv.FormatInt(campaign, 10) }

// TopicConversation is published when states of the conversation's texts changed.
func TopicConversation(id int64) string { return "conversation:" + strconv.FormatInt(id, 10) }

// observe takes note of an event of any process. It returns quickly and never blocks.
func (s *Sender) observe(e postgres.Event) {
	switch {
	case e.Missed:
		s.stops.missed()
		s.agenda.dirtyAll()
	case e.Topic == TopicQueue, e.Topic == TopicCarrier:
		s.agenda.dirty(e.Org)
	case strings.HasPrefix(e.Topic, optOutPrefix), strings.HasPrefix(e.Topic, pausePrefix):
		s.stops.add(e)
	}
}
