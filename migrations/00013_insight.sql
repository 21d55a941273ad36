-- +goose Up
-- What the figures, transcripts and exports of insight are read from.

-- The campaigns of a period.
create index campaign_launched on campaign (org_id, launched_at desc, id desc) where launched_at is not null;

-- When people first responded: a conversation of a campaign begins with the person's first text.
create index conversation_response on conversation (org_id, campaign_id, created_at) where replied;

-- What agents wrote, and why texts failed, by campaign.
create index message_agent on message (org_id, campaign_id, contact_id) where author = 'agent';
create index message_failure on message (org_id, campaign_id, reason) where author = 'campaign' and state in ('undelivered', 'failed');

-- Conversations, the latest first, by office and mode: a page merges the heads of these lists.
create index conversation_recent on conversation (org_id, office_id, mode, last_at desc, id desc);
create index conversation_recent_waiting on conversation (org_id, office_id, mode, last_at desc, id desc) where waiting_since is not null;
