-- +goose Up
-- The campaigns of a word, as a search by several words intersects them: of each block of 4096 ids, a bit
-- for each. A word of every tenth campaign of a million is 244 rows here and was 100,000 in an index.
create table word_campaigns (
  org_id bigint not null references organization (org_id),
  word text collate "C" not null,
  block bigint not null, -- campaign_id / 4096
  campaigns bit(4096) not null, -- bit campaign_id % 4096 from the left
  primary key (org_id, word, block)
);
call make_tenant('word_campaigns');
insert into word_campaigns (org_id, word, block, campaigns)
select w.org_id, w.word, w.campaign_id / 4096, bit_or(set_bit(empty.block, (w.campaign_id % 4096)::integer, 1))
from campaign_word w
cross join (select repeat('0', 4096)::bit(4096) as block) empty
group by 1, 2, 3;
drop index campaign_word_word;
