package claim

// synonymLists holds groups of English words that can stand for each other in
// many statements, one group a line. We wrote them by hand: words of
// encyclopaedic and business prose, units in words, nationalities.
const synonymLists = `acquire buy purchase
start begin commence launch
end finish conclude
stop cease halt discontinue
create establish found form
build construct erect
make produce manufacture
write author pen
writer author
die death pass
kill murder slay
movie film picture
song track single
record album release
release publish issue
perform sing
singer vocalist
star feature
actor actress
show series program programme
television tv
play portray
role part character
win earn receive
award prize honor honour
big large huge
small little tiny
area region zone
city town municipality
country nation state
job position post occupation
work employment
employee worker staff
boss manager head leader
company firm business corporation enterprise
customer client
child kid
children kids
doctor physician
illness disease sickness
drug medication medicine
car vehicle automobile
house home residence
live reside dwell
leave depart exit
join enter
help assist aid support
need require
show demonstrate indicate
say state claim
tell inform
ask request
answer reply respond
use utilize employ
get obtain gain
give provide offer supply
keep retain maintain
let allow permit enable
prevent stop avoid
forbid prohibit ban
change alter modify
rise increase grow
fall decrease decline drop
reduce lower cut
improve enhance
damage harm
destroy demolish ruin
choose select pick elect
name call title
nickname dub
kind type sort
way method approach manner
goal aim objective purpose
result outcome consequence effect
cause lead
reason cause
important significant key crucial vital essential
main primary principal chief
famous renowned noted prominent well-known
popular common widespread
many numerous several multiple various
quick fast rapid
near close nearby
old ancient
new recent
begin origin
origin source
fight battle
war conflict
army military
soldier troop
attack assault
defeat beat
victory win triumph
team club squad side
match game
player footballer
coach manager
goal score
championship title
contest competition tournament
race contest
born birth
marry wed marriage
wife spouse
husband spouse
father dad
mother mom mum
school college
university college
student pupil
teacher professor instructor
study research investigate examine
study degree
graduate degree
book novel
paper article
newspaper daily
magazine journal periodical
picture image photo photograph
law legislation act statute
lawyer attorney solicitor
judge justice
court tribunal
crime offense offence
jail prison
sentence convict
police officer
president chairman chair
minister secretary
vote ballot
government administration
tax levy
money fund cash
price cost
cheap inexpensive
expensive costly
pay salary wage
profit earnings
revenue sales income turnover
loan credit
stock share equity
invest investment
bank lender
sell sale
store shop
street road
bridge span
river stream
sea ocean
mountain peak
forest wood woodland
animal creature
plant vegetation
food meal
eat consume
drink beverage
water moisture
health wellness
pain ache
cure treat therapy
symptom sign
risk danger hazard
safe secure
test exam
error mistake fault
problem issue difficulty
solve resolve
fix repair mend
part component portion
whole entire complete total
half 50%
about approximately roughly around
almost nearly
over above exceed
under below beneath
before prior previously
after following later subsequently
during throughout
also additionally
because since due
but however although
often frequently commonly
usually typically generally normally
sometimes occasionally
currently now presently
year annual yearly
month monthly
day daily
week weekly
century hundred
decade ten
us usa american america
uk britain british
england english
france french
germany german
spain spanish
italy italian
china chinese
japan japanese
russia russian
netherlands dutch
switzerland swiss
sweden swedish
denmark danish
norway norwegian
finland finnish
poland polish
ireland irish
scotland scottish
wales welsh
greece greek
turkey turkish
portugal portuguese
belgium belgian
austria austrian
hungary hungarian
india indian
brazil brazilian
mexico mexican
canada canadian
australia australian
korea korean
israel israeli
iran iranian
iraq iraqi
egypt egyptian
europe european
africa african
asia asian
debut premiere first
locate situate
population inhabitant resident people
size area
speed velocity
length long
height tall high
width wide
depth deep
weight weigh heavy
age old
contain include comprise
consist comprise compose
depend rely
remain stay
return restore
replace substitute
expand extend enlarge
limit restrict
connect link join
separate divide split
combine merge unite
compare contrast
describe explain
discuss debate
suggest propose recommend
advise recommend
decide determine
believe think
know understand
learn discover find
discover detect find identify
search seek
own possess
own owner
hold held
serve service
represent depict
appoint name
resign quit step
retire retirement
hire recruit employ
fire dismiss
promote advance
sign contract
agree agreement accord
refuse reject decline deny
accept approve
announce declare
reveal disclose
report account
warn caution
protect defend guard
save rescue
hurt injure wound
injury wound
cancer tumor tumour
heart cardiac
brain cerebral
kidney renal
liver hepatic
blood hematologic
mental psychological
lung pulmonary
skin dermal
physician clinician
surgery operation
pregnancy pregnant
baby infant
teen adolescent
adult grown
elderly old
man male
woman female
boy male
girl female
rich wealthy
poor impoverished
happy glad
sad unhappy
angry mad
bad poor negative
good positive
difficult hard challenging
easy simple
possible feasible
likely probable
certain sure
clear evident obvious
strange unusual odd
similar alike comparable
different distinct
same identical
opposite contrary
equal equivalent
correct right accurate
wrong incorrect
true real actual
false untrue
web internet online
site website
computer pc
phone telephone
email mail
software program application app
device gadget
engine motor
airplane plane aircraft
airport airfield
ship vessel boat
train railway railroad
bus coach
route path
trip journey travel
visit tour
hotel inn
church cathedral
religion faith
god deity
king monarch
queen monarch
empire kingdom
rule reign govern
power energy electricity
oil petroleum
gas fuel
metal steel
stone rock
fire blaze
flood deluge
storm hurricane
earthquake quake
weather climate
cold cool
hot warm
wet damp
dry arid`
