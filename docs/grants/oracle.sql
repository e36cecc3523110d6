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

GRANT SELECT ON SYS.GV_$INSTANCE TO &account &scope;
GRANT SELECT ON SYS.V_$MYSTAT TO &account &scope;
GRANT SELECT ON SYS.V_$STATNAME TO &account &scope;
GRANT SELECT ON SYS.V_$DIAG_INFO TO &account &scope;
GRANT SELECT ON SYS.V_$INSTANCE TO &account &scope;
GRANT SELECT ON SYS.V_$ARCHIVE_DEST TO &account &scope;
GRANT SELECT ON SYS.V_$ARCHIVED_LOG TO &account &scope;
GRANT SELECT ON SYS.V_$ASM_DISKGROUP_STAT TO &account &scope;
GRANT SELECT ON SYS.V_$RMAN_BACKUP_JOB_DETAILS TO &account &scope;
GRANT SELECT ON SYS.V_$RMAN_OUTPUT TO &account &scope;
GRANT SELECT ON SYS.V_$RMAN_STATUS TO &account &scope;
GRANT SELECT ON SYS.V_$BACKUP_CORRUPTION TO &account &scope;
GRANT SELECT ON SYS.V_$DATABASE_BLOCK_CORRUPTION TO &account &scope;
GRANT SELECT ON SYS.V_$DATABASE TO &account &scope;
GRANT SELECT ON SYS.GV_$DATAGUARD_STATS TO &account &scope;
GRANT SELECT ON SYS.V_$ARCHIVE_GAP TO &account &scope;
GRANT SELECT ON SYS.V_$ARCHIVE_DEST_STATUS TO &account &scope;
GRANT SELECT ON SYS.DBA_DATAPUMP_JOBS TO &account &scope;
GRANT SELECT ON SYS.V_$FILESTAT TO &account &scope;
GRANT SELECT ON SYS.V_$DATAFILE TO &account &scope;
GRANT SELECT ON SYS.V_$RECOVERY_FILE_DEST TO &account &scope;
GRANT SELECT ON SYS.V_$RECOVERY_AREA_USAGE TO &account &scope;
GRANT SELECT ON SYS.DBA_SCHEDULER_JOB_RUN_DETAILS TO &account &scope;
GRANT SELECT ON SYS.DBA_SCHEDULER_JOBS TO &account &scope;
GRANT SELECT ON SYS.DBA_SCHEDULER_RUNNING_JOBS TO &account &scope;
GRANT SELECT ON SYS.DBA_AUTOTASK_CLIENT TO &account &scope;
GRANT SELECT ON SYS.DBA_OBJECTS TO &account &scope;
GRANT SELECT ON SYS.DBA_INDEXES TO &account &scope;
GRANT SELECT ON SYS.DBA_IND_PARTITIONS TO &account &scope;
GRANT SELECT ON SYS.DBA_IND_SUBPARTITIONS TO &account &scope;
GRANT SELECT ON SYS.DBA_TRIGGERS TO &account &scope;
GRANT SELECT ON SYS.DBA_RECYCLEBIN TO &account &scope;
GRANT SELECT ON SYS.DBA_TABLESPACES TO &account &scope;
GRANT SELECT ON SYS.DBA_TABLES TO &account &scope;
GRANT SELECT ON SYS.DBA_TAB_STATISTICS TO &account &scope;
GRANT SELECT ON SYS.V_$SYSTEM_PARAMETER TO &account &scope;
GRANT SELECT ON SYS.DBA_REGISTRY TO &account &scope;
GRANT SELECT ON SYS.V_$PGASTAT TO &account &scope;
GRANT SELECT ON SYS.V_$LOG TO &account &scope;
GRANT SELECT ON SYS.V_$LOG_HISTORY TO &account &scope;
GRANT SELECT ON SYS.V_$RESOURCE_LIMIT TO &account &scope;
GRANT SELECT ON SYS.V_$SESSION TO &account &scope;
GRANT SELECT ON SYS.V_$SGAINFO TO &account &scope;
GRANT SELECT ON SYS.V_$SGASTAT TO &account &scope;
GRANT SELECT ON SYS.V_$SYSMETRIC TO &account &scope;
GRANT SELECT ON SYS.V_$SQLSTATS TO &account &scope;
GRANT SELECT ON SYS.DBA_USERS TO &account &scope;
GRANT SELECT ON SYS.DBA_PROFILES TO &account &scope;
GRANT SELECT ON SYS.V_$SYSTEM_WAIT_CLASS TO &account &scope;

-- < 12.1：只在这些版本上需要，届时去掉下列各行开头的“-- ” / needed on these versions alone: there take the "-- " off the lines below
-- GRANT SELECT ON SYS.DBA_REGISTRY_HISTORY TO &account &scope;

-- < 12.2：只在这些版本上需要，届时去掉下列各行开头的“-- ” / needed on these versions alone: there take the "-- " off the lines below
-- GRANT SELECT ON SYS.GV_$MANAGED_STANDBY TO &account &scope;

-- < 18：只在这些版本上需要，届时去掉下列各行开头的“-- ” / needed on these versions alone: there take the "-- " off the lines below
-- CREATE OR REPLACE VIEW SYS.WARDROUND_PASSWORD_AGE AS SELECT NAME AS USERNAME, PTIME AS PASSWORD_CHANGE_DATE FROM SYS.USER$ WHERE TYPE# = 1;
-- GRANT SELECT ON SYS.WARDROUND_PASSWORD_AGE TO &account;

-- < 19：只在这些版本上需要，届时去掉下列各行开头的“-- ” / needed on these versions alone: there take the "-- " off the lines below
-- GRANT SELECT ON SYS.DBA_JOBS TO &account &scope;

-- 11.2+
GRANT SELECT ON SYS.DBA_DATA_FILES TO &account &scope;
GRANT SELECT ON SYS.DBA_FREE_SPACE TO &account &scope;
GRANT SELECT ON SYS.DBA_UNDO_EXTENTS TO &account &scope;
GRANT SELECT ON SYS.DBA_TEMP_FILES TO &account &scope;
GRANT SELECT ON SYS.DBA_TEMP_FREE_SPACE TO &account &scope;

-- 12.1.0.2+
GRANT SELECT ON SYS.CDB_USERS TO &account &scope;

-- 12.1+
GRANT SELECT ON SYS.CDB_SCHEDULER_JOB_RUN_DETAILS TO &account &scope;
GRANT SELECT ON SYS.V_$CONTAINERS TO &account &scope;
GRANT SELECT ON SYS.CDB_SCHEDULER_JOBS TO &account &scope;
GRANT SELECT ON SYS.CDB_SCHEDULER_RUNNING_JOBS TO &account &scope;
GRANT SELECT ON SYS.CDB_AUTOTASK_CLIENT TO &account &scope;
GRANT SELECT ON SYS.CDB_OBJECTS TO &account &scope;
GRANT SELECT ON SYS.CDB_INDEXES TO &account &scope;
GRANT SELECT ON SYS.CDB_IND_PARTITIONS TO &account &scope;
GRANT SELECT ON SYS.CDB_IND_SUBPARTITIONS TO &account &scope;
GRANT SELECT ON SYS.CDB_TRIGGERS TO &account &scope;
GRANT SELECT ON SYS.CDB_RECYCLEBIN TO &account &scope;
GRANT SELECT ON SYS.CDB_TABLESPACES TO &account &scope;
GRANT SELECT ON SYS.CDB_TABLES TO &account &scope;
GRANT SELECT ON SYS.CDB_TAB_STATISTICS TO &account &scope;
GRANT SELECT ON SYS.DBA_REGISTRY_SQLPATCH TO &account &scope;
GRANT SELECT ON SYS.CDB_REGISTRY_SQLPATCH TO &account &scope;
GRANT SELECT ON SYS.CDB_REGISTRY TO &account &scope;
GRANT SELECT ON SYS.V_$PDBS TO &account &scope;
GRANT SELECT ON SYS.CDB_DATA_FILES TO &account &scope;
GRANT SELECT ON SYS.CDB_FREE_SPACE TO &account &scope;
GRANT SELECT ON SYS.CDB_UNDO_EXTENTS TO &account &scope;
GRANT SELECT ON SYS.CDB_TEMP_FILES TO &account &scope;
GRANT SELECT ON SYS.CDB_TEMP_FREE_SPACE TO &account &scope;
GRANT SELECT ON SYS.CDB_PROFILES TO &account &scope;

-- 12.1+ < 19：只在这些版本上需要，届时去掉下列各行开头的“-- ” / needed on these versions alone: there take the "-- " off the lines below
-- GRANT SELECT ON SYS.CDB_JOBS TO &account &scope;

-- 12.2+
GRANT SELECT ON SYS.V_$DIAG_ALERT_EXT TO &account &scope;
GRANT SELECT ON SYS.GV_$DATAGUARD_PROCESS TO &account &scope;
GRANT SELECT ON SYS.V_$CON_SYSMETRIC TO &account &scope;

-- 12+
GRANT SELECT ON SYS.GV_$PDBS TO &account &scope;
