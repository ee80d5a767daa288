kratos_chart_version = "0.43.1"
