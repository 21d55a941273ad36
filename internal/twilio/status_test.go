package twilio_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/internal/dispatch"
	"parley/internal/dispatch/dispatchtest"
	"parley/internal/postgres"
	"parley/internal/twilio"
)

// W3 over HTTP: a status that is there before our own record of the text.
func TestW3_StatusBeforeOurRecord(t *testing.T) {
	t.Parallel()
	o, _ := newInbox(t)
	id := o.Queue(dispatchtest.NewPhone(), "agent", "Hi")
	token := dispatch.Token{9, byte(id), byte(id >> 8)}
	o.Exec(`
		with attempted as (
			insert into attempt (org_id, token, message_id, sender_id) values (@org, @token, @id, 0)
		)
		update message set state = 'inflight', token = @token where org_id = @org and id = @id`,
		postgres.Args{"id": id, "token": token})
	sid := newSID()
	form := url.Values{
		"MessageSid": {sid}, "SmsSid": {sid}, "MessageStatus": {"delivered"}, "SmsStatus": {"delivered"},
		"AccountSid": {o.Account.SID}, "From": {string(o.Phone)}, "To": {string(dispatchtest.NewPhone())}, "ApiVersion": {"2010-04-01"},
	}
	if status := signed(o, twilio.StatusPath+"?a="+token.String(), form); status != http.StatusNoContent {
		t.Fatalf("status %d", status)
	}
	want := dispatchtest.Message{State: dispatch.StateDelivered, SID: sid, Token: token}
	if diff := cmp.Diff(want, o.Message(id)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
