-- A store as the first listkit made it, with rows of two accounts in it; its tables, then its rows.
CREATE TABLE accounts (
	account_id BIGINT NOT NULL,
	name TEXT NOT NULL,
	sid TEXT NOT NULL,
	username TEXT NOT NULL,
	salt TEXT NOT NULL,
	next_list BIGINT NOT NULL,
	next_contact BIGINT NOT NULL,
	next_upload BIGINT NOT NULL,
	contacts BIGINT NOT NULL,
	PRIMARY KEY (account_id),
	UNIQUE (name),
	UNIQUE (sid),
	UNIQUE (username)
)
 WITHOUT ROWID;
CREATE TABLE contacts (
	account_id BIGINT NOT NULL,
	contact_id BIGINT NOT NULL,
	phone TEXT NOT NULL,
	first_name TEXT,
	last_name TEXT,
	company TEXT,
	email TEXT,
	tag TEXT,
	custom TEXT,
	folded TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	PRIMARY KEY (account_id, contact_id)
)
 WITHOUT ROWID;
CREATE TABLE credentials (
	api TEXT NOT NULL,
	login TEXT NOT NULL,
	account_id BIGINT NOT NULL,
	hashed TEXT NOT NULL,
	PRIMARY KEY (api, login),
	FOREIGN KEY(account_id) REFERENCES accounts (account_id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID;
CREATE TABLE lists (
	account_id BIGINT NOT NULL,
	list_id BIGINT NOT NULL,
	name TEXT NOT NULL,
	tag TEXT,
	description TEXT,
	type TEXT NOT NULL,
	shared BOOLEAN NOT NULL,
	folded_name TEXT NOT NULL,
	folded TEXT NOT NULL,
	members BIGINT NOT NULL,
	next_position BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	PRIMARY KEY (account_id, list_id),
	FOREIGN KEY(account_id) REFERENCES accounts (account_id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID;
CREATE TABLE members (
	account_id BIGINT NOT NULL,
	list_id BIGINT NOT NULL,
	contact_id BIGINT NOT NULL,
	position BIGINT NOT NULL,
	joined_at BIGINT NOT NULL,
	custom TEXT,
	PRIMARY KEY (account_id, list_id, contact_id),
	FOREIGN KEY(account_id, list_id) REFERENCES lists (account_id, list_id) DEFERRABLE INITIALLY DEFERRED,
	FOREIGN KEY(account_id, contact_id) REFERENCES contacts (account_id, contact_id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID;
CREATE TABLE schema_version (
	version BIGINT NOT NULL
);
CREATE TABLE uploads (
	account_id BIGINT NOT NULL,
	upload_id BIGINT NOT NULL,
	api TEXT NOT NULL,
	list_id BIGINT NOT NULL,
	path TEXT NOT NULL,
	layout TEXT NOT NULL,
	cap BIGINT,
	state TEXT NOT NULL,
	at BIGINT NOT NULL,
	total BIGINT NOT NULL,
	added BIGINT NOT NULL,
	duplicate BIGINT NOT NULL,
	failed BIGINT NOT NULL,
	PRIMARY KEY (account_id, upload_id),
	FOREIGN KEY(account_id) REFERENCES accounts (account_id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID;
CREATE UNIQUE INDEX contacts_by_phone ON contacts (account_id, phone);
CREATE INDEX lists_by_folded_name ON lists (account_id, folded_name);
CREATE UNIQUE INDEX lists_by_name ON lists (account_id, name);
CREATE INDEX uploads_by_state ON uploads (state);
CREATE INDEX members_by_contact ON members (account_id, contact_id);
CREATE UNIQUE INDEX members_by_position ON members (account_id, list_id, position);
INSERT INTO "accounts" VALUES(1,'acme','acme1','acme','181f648d1e4f2983c7b336e9149afe5f',3,5,2,3);
INSERT INTO "accounts" VALUES(2,'other','other1','other','70be21d47beea339d867b64483d4ddff',3,5,2,3);
INSERT INTO "contacts" VALUES(1,1,'+12025550101','Asha',NULL,NULL,'asha@example.com',NULL,NULL,'
+12025550101
asha
asha@example.com
',1795578889154924,1795578889154924);
INSERT INTO "contacts" VALUES(1,2,'+12025550102',NULL,NULL,NULL,'asha@example.com',NULL,NULL,'
+12025550102
asha@example.com
',1795578889154924,1795578889154924);
INSERT INTO "contacts" VALUES(1,3,'+12025550103','Asha',NULL,NULL,'asha@example.com',NULL,'{"k":1}','
+12025550103
asha
asha@example.com
',1795578889154924,1795578889154924);
INSERT INTO "contacts" VALUES(2,1,'+12025550101','Asha',NULL,NULL,'asha@example.com',NULL,NULL,'
+12025550101
asha
asha@example.com
',1795578889172338,1795578889172338);
INSERT INTO "contacts" VALUES(2,2,'+12025550102',NULL,NULL,NULL,'asha@example.com',NULL,NULL,'
+12025550102
asha@example.com
',1795578889172338,1795578889172338);
INSERT INTO "contacts" VALUES(2,3,'+12025550103','Asha',NULL,NULL,'asha@example.com',NULL,'{"k":1}','
+12025550103
asha
asha@example.com
',1795578889172338,1795578889172338);
INSERT INTO "credentials" VALUES('exotel','acme-key',1,'scrypt$2$7369ea860c4c99cc14b97a8dd0a5741c$14f4a777f5f2d83849dd31b72fa1af176fde5c4a447e7521d09d4b0bb2c24ef7d74a224a45981e6ebabffbcd812d8aa35745454743f7b4043bc7457a39bf25b6');
INSERT INTO "credentials" VALUES('exotel','other-key',2,'scrypt$2$3b7bbe76eeeb19b02298f2ab10f5088d$bf7fd8ee982121cf80073dfe7d8b80c3fc2061a2f8fb4c09e58e6e2649089c2c4fb18d8e07e245b2336f6a720c90e5c04919661210611b75e9bcccc0230108c1');
INSERT INTO "credentials" VALUES('textmagic','acme',1,'scrypt$2$b52a46bf5ae438dd29e2535538a801ee$a41f9f128f8c3a11952f9d389fa67194e0d3ee40d5feae34d151449f23765bda9d639aa988976b1de7777a7d78584dbf5eaeb3637052ae418379cfad2df58c5b');
INSERT INTO "credentials" VALUES('textmagic','other',2,'scrypt$2$d0d8f803337387068a292f4b16029bf4$c4013ad544d3e2949bc6b42b0aaa6ae0341a9c905ea950626c7785cd37002bfc677ea808ec6991bacc3a70978a82f69d3f505a18f65cad5bb547961e714201a5');
INSERT INTO "lists" VALUES(1,1,'VIP','t','It''s Straße','static',TRUE,'vip','
vip
it''s strasse
',2,4,1795578889151148,1795578889151148);
INSERT INTO "lists" VALUES(1,2,'Old',NULL,NULL,'dynamic',FALSE,'old','
old
',1,3,1795578889151148,1795578889151148);
INSERT INTO "lists" VALUES(2,1,'VIP','t','It''s Straße','static',TRUE,'vip','
vip
it''s strasse
',2,4,1795578889170645,1795578889170645);
INSERT INTO "lists" VALUES(2,2,'Old',NULL,NULL,'dynamic',FALSE,'old','
old
',1,3,1795578889170645,1795578889170645);
INSERT INTO "members" VALUES(1,1,1,1,1795578889156585,NULL);
INSERT INTO "members" VALUES(1,1,3,3,1795578889156585,NULL);
INSERT INTO "members" VALUES(1,2,3,1,1795578889159772,NULL);
INSERT INTO "members" VALUES(2,1,1,1,1795578889173219,NULL);
INSERT INTO "members" VALUES(2,1,3,3,1795578889173219,NULL);
INSERT INTO "members" VALUES(2,2,3,1,1795578889174607,NULL);
INSERT INTO "schema_version" VALUES(1);
INSERT INTO "uploads" VALUES(1,1,'exotel',2,'kept.csv','{"0":"phone"}',NULL,'waiting',0,0,0,0,0);
INSERT INTO "uploads" VALUES(2,1,'exotel',2,'kept.csv','{"0":"phone"}',NULL,'waiting',0,0,0,0,0);
