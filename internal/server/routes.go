package server

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"parley/web/static"
)

// routes is the table of contents. Verbs are POST, so that a link can never do anything.
func (s *Server) routes() chi.Router {
	r := chi.NewRouter()
	r.Use(withRequestID, s.recoverPanics, securityHeaders)
	r.NotFound(s.notFound)
	r.MethodNotAllowed(s.notFound)

	// Machines.
	r.Get("/healthz", s.healthz)
	r.Get("/readyz", s.readyz)
	r.Method("POST", "/twilio/messages", s.Messages)
	r.Method("POST", "/twilio/status", s.Status)
	r.Handle("/static/*", static.Handler())

	// People.
	r.Group(func(r chi.Router) {
		r.Use(http.NewCrossOriginProtection().Handler, s.sessions.LoadAndSave)

		r.Get("/sign-in", s.signInPage)
		r.With(s.throttle).Post("/sign-in", s.signIn)
		r.Post("/sign-out", s.signOut)
		r.Post("/theme", s.setTheme)

		r.Get("/", s.page(s.home))
		r.Get("/events", s.signedIn(s.events))
		r.Get("/nav", s.page(s.nav))

		r.Get("/campaigns", s.page(s.campaigns))
		r.Post("/campaigns", s.signedIn(s.beginCampaign))
		r.Get("/campaigns/new", s.page(s.newCampaign))
		r.Get("/campaigns/{id}", s.page(s.headed("", s.activity)))
		r.Get("/campaigns/{id}/contacts", s.page(s.headed("contacts", s.recipients)))
		r.Get("/campaigns/{id}/recipients.csv", s.signedIn(s.recipientsCSV))
		r.Get("/campaigns/{id}/analytics", s.page(s.headed("analytics", s.campaignAnalytics)))
		r.Get("/campaigns/{id}/analytics.csv", s.signedIn(s.campaignAnalyticsCSV))
		r.Get("/campaigns/{id}/general", s.page(s.headed("general", s.general)))
		r.Post("/campaigns/{id}/general", s.signedIn(s.saveGeneral))
		r.Get("/campaigns/{id}/advanced", s.page(s.headed("advanced", s.advanced)))
		r.Post("/campaigns/{id}/advanced", s.signedIn(s.saveAdvanced))
		r.Get("/campaigns/{id}/review", s.page(s.review))
		r.Post("/campaigns/{id}/review", s.signedIn(s.correct))
		r.Get("/campaigns/{id}/test", s.page(s.askTest))
		r.Post("/campaigns/{id}/test", s.signedIn(s.sendTest))
		r.Post("/campaigns/{id}/launch", s.signedIn(s.launch))
		r.Get("/campaigns/{id}/schedule", s.page(s.askSchedule))
		r.Post("/campaigns/{id}/schedule", s.signedIn(s.reschedule))
		r.Post("/campaigns/{id}/unschedule", s.signedIn(s.unschedule))
		r.Post("/campaigns/{id}/pause", s.signedIn(s.pause))
		r.Post("/campaigns/{id}/resume", s.signedIn(s.resume))
		r.Get("/campaigns/{id}/archive", s.page(s.askArchive))
		r.Post("/campaigns/{id}/archive", s.signedIn(s.archive))
		r.Get("/campaigns/{id}/template", s.page(s.askTemplate))
		r.Post("/campaigns/{id}/template", s.signedIn(s.saveTemplate))
		r.Post("/templates/{id}/remove", s.signedIn(s.removeTemplate))
		r.Get("/calendar", s.page(s.calendar))
		r.Post("/notices/{id}/seen", s.signedIn(s.seeNotice))

		r.Post("/campaigns/{id}/switch-modes", s.signedIn(s.switchModes))
		r.Post("/campaigns/{id}/subscribe", s.signedIn(s.subscribe))
		r.Post("/campaigns/{id}/unsubscribe", s.signedIn(s.unsubscribe))

		r.Get("/inbox", s.page(s.inbox))
		r.Get("/one-to-one/new", s.page(s.newOneToOne))
		r.Post("/one-to-one", s.signedIn(s.startOneToOne))
		r.Get("/conversations/{id}", s.page(s.conversation))
		r.Post("/conversations/{id}/reply", s.signedIn(s.reply))
		r.Post("/conversations/{id}/compose", s.signedIn(s.compose))
		r.Post("/conversations/{id}/wrong", s.signedIn(s.markWrong))
		r.Post("/conversations/{id}/right", s.signedIn(s.markRight))
		r.Post("/conversations/{id}/clear", s.signedIn(s.clearConversation))
		r.Post("/conversations/{id}/switch-mode", s.signedIn(s.switchMode))
		r.Post("/conversations/{id}/opt-out", s.signedIn(s.optOut))
		r.Post("/conversations/{id}/typing", s.signedIn(s.typing))
		r.Get("/conversations/{id}/replying", s.page(s.replying))

		r.Get("/contacts", s.page(s.contacts))
		r.Get("/contacts/{id}", s.page(s.contact))
		r.Get("/lists/{id}", s.page(s.list))
		r.Get("/imports", s.page(s.imports))
		r.Post("/imports", s.signedIn(s.upload))
		r.Get("/imports/{id}", s.page(s.importStep))
		r.Post("/imports/{id}/columns", s.signedIn(s.importColumns))
		r.Post("/imports/{id}/start", s.signedIn(s.importStart))
		r.Post("/imports/{id}/cancel", s.signedIn(s.importCancel))
		r.Get("/imports/{id}/rejected.csv", s.signedIn(s.importRejected))

		s.knowledgeRoutes(r)

		r.Get("/numbers", s.page(s.numbers))
		r.Get("/numbers/{id}", s.page(s.number))
		r.Post("/numbers/{id}", s.signedIn(s.saveNumber))
		r.Get("/numbers/{id}/release", s.page(s.askRelease))
		r.Post("/numbers/{id}/release", s.signedIn(s.releaseNumber))

		r.Get("/transcripts", s.page(s.transcripts))
		r.Get("/transcripts.csv", s.signedIn(s.transcriptsCSV))
		r.Get("/analytics", s.page(s.analytics))
		r.Get("/analytics.csv", s.signedIn(s.analyticsCSV))
		r.Get("/settings", s.page(s.settings))
		r.Post("/settings", s.signedIn(s.saveOrganization))
		r.Post("/settings/users", s.signedIn(s.addUser))
		r.Post("/settings/offices", s.signedIn(s.addOffice))
		r.Get("/settings/users/{id}", s.page(s.user))
		r.Post("/settings/users/{id}", s.signedIn(s.saveUser))
		r.Post("/settings/users/{id}/deactivate", s.signedIn(s.deactivateUser))
		r.Post("/settings/users/{id}/reactivate", s.signedIn(s.reactivateUser))
		r.Post("/settings/webhooks/{id}/retry", s.signedIn(s.retryWebhook))
	})
	return r
}

// securityHeaders forbids everything that the pages do not need: no script or style but our files, no
// frames, no form that leaves.
func securityHeaders(next http.Handler) http.Handler {
	const csp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
		"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", csp)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}

// recoverPanics turns a panic into the page for our own mistakes.
func (s *Server) recoverPanics(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch v := recover(); v {
			case nil:
			case http.ErrAbortHandler:
				panic(v) // a file that broke half way must not look whole
			default:
				s.fail(w, r, nil, panicError{v})
			}
		}()
		next.ServeHTTP(w, r)
	})
}

func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("ok\n")) }

// readyz says whether this process can work now: it can when the database answers.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	if err := s.DB.Ping(r.Context()); err != nil {
		http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
		return
	}
	w.Write([]byte("ready\n"))
}
