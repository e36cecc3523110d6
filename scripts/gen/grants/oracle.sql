-- Wardround 采集代理在 Oracle 上的最小权限账号：由 DBA 以 SYS 身份用 SQL*Plus 运行。
-- 只有 CREATE SESSION 和对下列视图的 SELECT；没有 DBA 角色，没有 SELECT ANY，读不到任何密码散列，不涉及诊断包与调优包的视图。
-- 每条语句在哪里用到、多久一次：wardround-agent statements oracle。少授予一条，只有用到它的采集项缺数据，其余照常。
--
-- The least that the agent's account needs on Oracle; to be run by the DBA as SYS in SQL*Plus.
-- CREATE SESSION and SELECT on these views alone: no DBA role, no SELECT ANY, nothing that shows a password hash, no view of the
-- Diagnostics or Tuning Pack. Where each is used, and how often: wardround-agent statements oracle.
-- A grant that is left out costs the probes that use it their data, nothing else.

-- 非 CDB，或只监控一个 PDB（先切换到该 PDB）/ a non-CDB, or one PDB (be in it):
DEFINE account = wardround
DEFINE scope = ''
-- 监控整个 CDB（在 CDB$ROOT 中运行；把上面两行改为下面两行）/ a whole CDB, from CDB$ROOT: these two instead of the two above
-- DEFINE account = c##wardround
-- DEFINE scope = 'CONTAINER=ALL'

SET VERIFY OFF
ACCEPT password CHAR PROMPT 'Password of the new account: ' HIDE
CREATE USER &account IDENTIFIED BY "&password" &scope;
-- 监控账号的密码也要按合同每 1～3 个月更换；到期前 14 天告警（oracle_account）
-- its password is to be changed every 1 to 3 months too; 14 days before it expires there is an alert (oracle_account)
GRANT CREATE SESSION TO &account &scope;
-- 建议：限制该账号的会话数（代理每个数据源只用一个会话；4 个留给手工测试和尚未清理的会话，多个数据源共用账号时相应调大）。
-- 12.1.0.2 之前须 RESOURCE_LIMIT=TRUE 才生效。FAILED_LOGIN_ATTEMPTS 不改：密码被拒后代理不再重试，不会锁定账号，按贵方口令策略即可。
-- advised: bound the account's sessions (the agent holds one per source; 4 leave room for a test by hand and for one that is not cleaned
-- up yet; more where several sources share the account). Before 12.1.0.2 it has effect only with RESOURCE_LIMIT=TRUE.
-- FAILED_LOGIN_ATTEMPTS stays as your policy has it: the agent tries no refused password again and locks nothing.
-- CREATE PROFILE &account LIMIT SESSIONS_PER_USER 4 &scope;
-- ALTER USER &account PROFILE &account &scope;
-- 12.1.0.2 之前 / before 12.1.0.2:
-- ALTER SYSTEM SET RESOURCE_LIMIT=TRUE;
-- 仅 CDB：允许在根容器中看到各 PDB 的行 / CDB only: lets the root see the rows of every PDB
-- ALTER USER &account SET CONTAINER_DATA=ALL CONTAINER=CURRENT;

{{grants, past versions as comments as {grant:TO &account} &scope;}}
