package knowledge

import "fmt"

// TextID names an inbound text within an organization.
type TextID int64

// ownText is the condition on decision b that the text came to an office of the actor's.
const ownText = `(@all or b.office_id = any (@offices::bigint[]))`

// ReviewTopic is the event that the review queue has changed.
const ReviewTopic = "knowledge-review"

// MarkedTopic is the event that what people made of the texts of a conversation has changed.
func MarkedTopic(conversation int64) string { return fmt.Sprintf("marked:%d", conversation) }
