drop function ctx_coordinated(), ctx_groups(), ctx_audiences(), ctx_client(), ctx_person(), ctx_tenant(), ctx_door();
