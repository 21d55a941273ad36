package phonenet

import (
	"io"
	"net/http"
	"strconv"
	"time"
)

// wrongAnswer is what a fault does to one request.
type wrongAnswer struct {
	fault  Fault
	faults Faults
	draw   draw
	whole  []byte // the right answer, which HalfAnswer cuts
}

const (
	defaultAnswerHeld = 60 * time.Second
	// gatewayPage is what a proxy in front of a broken server says.
	gatewayPage = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"
)

// giveFault answers wrongly. It cuts the connection by panicking with
// http.ErrAbortHandler, as net/http wants it.
func (n *Network) giveFault(w http.ResponseWriter, r *http.Request, a wrongAnswer) {
	switch a.fault {
	case "cut_after_accept", "cut_before_accept":
		panic(http.ErrAbortHandler)
	case "timeout_after_accept":
		held := a.faults.AnswerHeld
		if held == 0 {
			held = defaultAnswerHeld
		}
		n.pause(r.Context(), held)
		panic(http.ErrAbortHandler)
	case "error_500_after_accept", "error_500":
		writeRefusal(w, errInternal)
	case "bad_gateway_after_accept", "bad_gateway":
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusBadGateway)
		io.WriteString(w, gatewayPage)
	case "half_answer":
		giveHalf(w, a)
	case "too_many":
		seconds := max(1, int(a.faults.RetryAfter.Round(time.Second)/time.Second))
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
		writeRefusal(w, errTooMany)
	case "too_many_bare":
		writeRefusal(w, errTooMany)
	case "redirect_302":
		redirect(w, r, http.StatusFound)
	case "redirect_307":
		redirect(w, r, http.StatusTemporaryRedirect)
	}
}

// giveHalf sends 201 with half of the JSON: one time as if that were all of
// it, one time cut in the middle of what was announced.
func giveHalf(w http.ResponseWriter, a wrongAnswer) {
	half, announced := a.whole[:len(a.whole)/2], len(a.whole)
	cut := a.draw.hits(knobHalf, 0.5)
	if !cut {
		announced = len(half)
	}
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(announced))
	w.WriteHeader(http.StatusCreated)
	w.Write(half)
	if cut {
		http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

func redirect(w http.ResponseWriter, r *http.Request, status int) {
	w.Header().Set("Location", r.URL.RequestURI())
	w.WriteHeader(status)
}
