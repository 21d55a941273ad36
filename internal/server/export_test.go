package server

import "github.com/go-chi/chi/v5"

// Routes is the table of contents, for tests that walk it.
func (s *Server) Routes() chi.Routes { return s.handler }
