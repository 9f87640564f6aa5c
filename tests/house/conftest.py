from tests.house.test_tenants import acme as acme
