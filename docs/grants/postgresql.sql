-- Wardround 采集代理在 PostgreSQL 上的最小权限账号：由 DBA 用 psql 运行。
-- 角色 pg_monitor 只能读统计信息；读不到业务表数据和密码；pg_monitor 能看到他人的语句文本，但采集代理从不读取。
-- 每条语句：wardround-agent statements postgresql。
--
-- The least that the agent's account needs on PostgreSQL; to be run by the DBA in psql. The role pg_monitor reads statistics, no
-- table of yours and no password; the agent never reads other people's statements. Every statement: wardround-agent statements postgresql.

\set ON_ERROR_STOP on
CREATE ROLE wardround LOGIN CONNECTION LIMIT 3;
\password wardround

GRANT pg_monitor TO wardround;

-- pg_hba.conf，只允许从采集代理所在的主机登录 / allow it from the agent's host alone:
--   host  all  wardround  10.0.0.8/32  scram-sha-256
