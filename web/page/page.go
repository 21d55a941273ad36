// Package page holds the pages: for each a struct of plain data and an HTML
// method. Handlers fill the struct, tests write it as a literal.
//
// A page's parts that change while it is open are methods of the same struct,
// such as List or Conversation, so that a fragment cannot differ from the page
// it belongs to. A fragment is asked for at the page's own address with htmx's
// header HX-Target, which holds the id of the element to be replaced; the ids
// are the constants of this file.
//
// Pages know no rule of the product: what may be done is told to them, and why
// not. They work without script; every form is a plain POST.
package page

// Ids of the elements that are replaced while a page is open.
const (
	IDCampaignList     = "campaign-list"     // Campaigns.List
	IDCampaignHead     = "campaign-head"     // CampaignHead.Fragment
	IDConversationList = "conversation-list" // ConversationList.HTML
	IDMoreRows         = "more-rows"         // ConversationList.More
	idListCounts       = "list-counts"       // comes along with the list
	IDOpen             = "open"              // Conversation.HTML
	IDConversation     = "conversation"      // Conversation.Fragment
	IDReplying         = "replying"          // Replying.HTML
	IDRowReplying      = "row-replying-"     // and a conversation's id: Replying.Row
	IDRecipients       = "recipients"        // CampaignContacts.List
	IDReview           = "review"            // CampaignReview.Checked
	IDPeople           = "people"            // Contacts.List
	IDTried            = "tried"             // Tried.HTML
	IDImport           = "import"            // ImportProgress.Fragment
	IDDialog           = "dialog"            // the Dialog method of a question
)
