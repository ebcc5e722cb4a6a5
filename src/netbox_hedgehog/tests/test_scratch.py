from django.test import SimpleTestCase
from .endpoints import *
class S(SimpleTestCase):
    def test_x(self):
        f=open('/tmp/endpoints.txt','w')
        for e in rest_endpoints():
            print(e, e.view.__name__, e.action, e.spelling, file=f)
        f=open('/tmp/pages.txt','w')
        for e in pages():
            print(e, e.path, e.arguments, getattr(e.view,'__name__',e.view), [m for m in ('get','post') if hasattr(e.view,m)], file=f)
