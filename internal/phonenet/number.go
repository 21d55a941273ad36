package phonenet

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// number is a phone number of an account. Its fields belong to Network.mu.
type number struct {
	NumberEntry
	account *account
	created time.Time
	changed time.Time
	free    time.Time // when the queue of texts before this moment is empty
}

// NumberEntry is what the log keeps about a number.
type NumberEntry struct {
	SID                  string `json:"sid"`
	Account              string `json:"account"`
	Phone                string `json:"phone"`
	FriendlyName         string `json:"friendly_name,omitempty"`
	SMSURL               string `json:"sms_url,omitempty"`
	SMSMethod            string `json:"sms_method,omitempty"`
	SMSFallbackURL       string `json:"sms_fallback_url,omitempty"`
	SMSFallbackMethod    string `json:"sms_fallback_method,omitempty"`
	StatusCallback       string `json:"status_callback,omitempty"`
	StatusCallbackMethod string `json:"status_callback_method,omitempty"`
	// Speed is in segments a second; 0 stands for Faults.Speed.
	Speed float64 `json:"speed,omitempty"`
}

// service is a messaging service: a pool of numbers that send as one.
type service struct {
	SID     string   `json:"sid"`
	Account string   `json:"account"`
	Numbers []string `json:"numbers"`
}

// AddNumber gives an account a phone number, as buying it does. The optional
// addresses are the webhook for inbound texts and its fallback. A number the
// account already owns keeps what it has and takes the addresses that are not empty;
// one of another account is refused.
func (n *Network) AddNumber(accountSID, phone string, smsURL ...string) error {
	if !isE164(phone) {
		return fmt.Errorf("add number %q: not a phone number", phone)
	}
	if len(smsURL) > 2 {
		return fmt.Errorf("add number %s: want at most a webhook and its fallback", phone)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	num := n.numbers[phone]
	if num != nil && num.account.sid != accountSID {
		return fmt.Errorf("add number %s: owned by another account", phone)
	}
	if num == nil {
		num = n.newNumberLocked(n.accountLocked(accountSID), phone)
	}
	before := num.NumberEntry
	for i, into := range []*string{&num.SMSURL, &num.SMSFallbackURL}[:len(smsURL)] {
		if smsURL[i] != "" {
			*into = smsURL[i]
		}
	}
	if before != num.NumberEntry || num.SID == "" {
		n.recordNumberLocked(num)
	}
	return nil
}

// newNumberLocked makes a number in its account. The caller records it.
func (n *Network) newNumberLocked(acc *account, phone string) *number {
	now := time.Now()
	num := &number{account: acc, created: now, changed: now, NumberEntry: NumberEntry{
		Account: acc.sid, Phone: phone, FriendlyName: national(phone),
		SMSMethod: "POST", SMSFallbackMethod: "POST", StatusCallbackMethod: "POST",
	}}
	n.numbers[phone] = num
	acc.numbers = append(acc.numbers, num)
	return num
}

func (n *Network) recordNumberLocked(num *number) {
	if num.SID == "" {
		num.SID = n.sids.next("PN")
	}
	num.changed = time.Now()
	n.recordLocked(event{kind: KindNumber, note: mustJSON(num.NumberEntry)})
}

// releaseLocked gives a number back. Texts still on their way from it go on.
func (n *Network) releaseLocked(num *number) {
	n.forgetLocked(num)
	n.recordLocked(event{kind: KindReleased, note: mustJSON(num.NumberEntry)})
}

func (n *Network) forgetLocked(num *number) {
	delete(n.numbers, num.Phone)
	num.account.numbers = slices.DeleteFunc(num.account.numbers, func(o *number) bool { return o == num })
}

// SetSpeed limits one number to so many segments a second, 0 for the network's
// common Faults.Speed. Unknown numbers are an error.
func (n *Network) SetSpeed(phone string, segmentsPerSecond float64) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	num := n.numbers[phone]
	if num == nil || segmentsPerSecond < 0 {
		return fmt.Errorf("set speed of %s: no such number, or a negative speed", phone)
	}
	if num.Speed != segmentsPerSecond {
		num.Speed = segmentsPerSecond
		n.recordNumberLocked(num)
	}
	return nil
}

// AddMessagingService pools numbers of one account and returns the SID to send
// with. The same pool gets the same SID.
func (n *Network) AddMessagingService(accountSID string, phones ...string) (string, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	acc := n.accountLocked(accountSID)
	for _, phone := range phones {
		if num := n.numbers[phone]; num == nil || num.account != acc {
			return "", fmt.Errorf("add messaging service: %s is not a number of %s", phone, accountSID)
		}
	}
	if len(phones) == 0 {
		return "", fmt.Errorf("add messaging service: no numbers")
	}
	for _, s := range acc.services {
		if slices.Equal(s.Numbers, phones) {
			return s.SID, nil
		}
	}
	s := &service{SID: n.sids.next("MG"), Account: accountSID, Numbers: slices.Clone(phones)}
	acc.services[s.SID] = s
	n.recordLocked(event{kind: KindService, note: mustJSON(s)})
	return s.SID, nil
}

// sender picks the number of the pool for a person: always the same one.
func (s *service) sender(person string) string {
	return s.Numbers[newDraw(0, 0, person).pick(knobSend, len(s.Numbers))]
}

// queueLimit is how much sending time a number holds back at most; Twilio
// refuses with 21611 beyond it, and allows a validity period as long.
const queueLimit = 10 * time.Hour

func (num *number) pace(common float64) float64 {
	if num.Speed > 0 {
		return num.Speed
	}
	return common
}

// takeTurn books the time of so many segments and returns when it begins.
func (num *number) takeTurn(now time.Time, count int, speed float64) time.Time {
	if speed <= 0 {
		return now
	}
	begin := now
	if num.free.After(now) {
		begin = num.free
	}
	num.free = begin.Add(time.Duration(float64(count) / speed * float64(time.Second)))
	return begin
}

func mustJSON(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // only types of this package, none of which can fail
	}
	return string(data)
}
